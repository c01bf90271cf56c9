//! SQLite's recipe for altering a table, in a file: <https://sqlite.org/lang_altertable.html#otheralter>.

use std::time::Duration;

use sqlsession::{AsyncDatabase, ErrorKind, OuterTransaction, pool::CloseReason};

use crate::{drivers, migrations, names, one_connection, place::Place};

const TABLES: (&str, &str) = (
    "V1__init.sql",
    "create table users (id integer primary key, name text);
     create table posts (id integer primary key, author integer not null references users (id) on delete cascade);
     insert into users values (1, 'Ada');
     insert into posts values (1, 1), (2, 1);",
);
const RECIPE: (&str, &str) = (
    "V2__born.sql",
    "PRAGMA foreign_keys=OFF;
     create table users_new (id integer primary key, name text not null, born integer);
     insert into users_new (id, name) select id, name from users;
     drop table users;
     alter table users_new rename to users;
     PRAGMA foreign_keys=ON;",
);

async fn count(db: &AsyncDatabase, table: &str) -> Option<i64> {
    db.scalar(format!("select count(*) from {table}")).await.unwrap()
}

/// Asserts that a post without its author is refused.
async fn assert_enforced(db: &AsyncDatabase) {
    let orphan = db.execute("insert into posts values (9, 9)").await;
    assert_eq!(orphan.unwrap_err().kind(), ErrorKind::ForeignKeyViolation);
}

/// Asserts that the connection was not closed: of a pool of the program's it may be all that a database in memory has.
fn assert_kept(db: &AsyncDatabase) {
    let counters = db.engine().pool_counters();
    assert_eq!((counters.connected, counters.closed(CloseReason::Invalidated)), (1, 0));
}

#[tokio::test]
async fn a_table_that_is_made_anew_keeps_its_children() {
    for driver in drivers() {
        let place = Place::sqlite();
        for url in [place.url(), "sqlite://".to_owned()] {
            let db = one_connection(driver(&url));
            let applied = migrations([TABLES, RECIPE]).run(&db).await.unwrap();
            assert_eq!(names(&applied), ["V1__init", "V2__born"]);
            assert_eq!(count(&db, "posts").await, Some(2));
            assert_eq!(
                db.scalar::<i64>("select count(*) from users where born is null").await.unwrap(),
                Some(1)
            );
            assert_enforced(&db).await;
            assert_kept(&db);
        }
    }
}

#[tokio::test]
async fn a_file_that_leaves_rows_without_their_parent_is_refused() {
    let forgetful = RECIPE.1.replace("from users;", "from users where id > 1;");
    for driver in drivers() {
        let place = Place::sqlite();
        let db = one_connection(driver(&place.url()));
        let all = migrations([TABLES, (RECIPE.0, &forgetful)]);
        let error = all.run(&db).await.unwrap_err();
        let words = "migration V2__born: it leaves 2 rows of `posts` without their row of `users`, that of rowid 1 first";
        assert_eq!((error.kind(), error.message()), (ErrorKind::ForeignKeyViolation, words));
        assert_eq!(count(&db, "posts").await, Some(2));
        assert_eq!(count(&db, "users where name = 'Ada'").await, Some(1));
        assert!(all.status(&db).await.unwrap()[1].applied_on.is_none());
        assert_enforced(&db).await;
        assert_eq!(names(&migrations([TABLES, RECIPE]).run(&db).await.unwrap()), ["V2__born"]);
    }
}

#[tokio::test]
async fn rows_that_had_no_parent_before_hold_nothing_up() {
    for driver in drivers() {
        let place = Place::sqlite();
        let db = one_connection(driver(&place.url()));
        migrations([TABLES]).run(&db).await.unwrap();
        let careless = one_connection(driver(&place.url().replace("foreign_keys=on", "foreign_keys=off")));
        careless.execute("insert into posts values (3, 7)").await.unwrap();
        assert_eq!(names(&migrations([TABLES, RECIPE]).run(&db).await.unwrap()), ["V2__born"]);
        assert_eq!(count(&db, "posts").await, Some(3));
    }
}

#[tokio::test]
async fn a_file_that_fails_leaves_them_enforced() {
    let broken = format!("{} select nothing from nowhere;", RECIPE.1);
    for driver in drivers() {
        let place = Place::sqlite();
        let db = one_connection(driver(&place.url()));
        let error = migrations([TABLES, (RECIPE.0, &broken)]).run(&db).await.unwrap_err();
        assert!(error.message().starts_with("migration V2__born, statement 7: "), "{error}");
        assert_eq!(count(&db, "posts").await, Some(2));
        assert_enforced(&db).await;
        assert_kept(&db);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_given_up_leaves_them_enforced() {
    let endless = format!(
        "{} create table numbers as with recursive n(i) as (select 1 union all select i + 1 from n) select i from n",
        RECIPE.1
    );
    for driver in drivers() {
        let place = Place::sqlite();
        for url in [place.url(), "sqlite://".to_owned()] {
            let db = one_connection(driver(&url));
            migrations([TABLES]).run(&db).await.unwrap();
            let stuck = migrations([TABLES, (RECIPE.0, &endless)]);
            tokio::time::timeout(Duration::from_secs(1), stuck.run(&db)).await.unwrap_err();
            assert_enforced(&db).await;
            assert_eq!(count(&db, "posts").await, Some(2), "{url}");
            assert_eq!(names(&migrations([TABLES, RECIPE]).run(&db).await.unwrap()), ["V2__born"]);
        }
    }
}

#[tokio::test]
async fn where_nothing_is_enforced_nothing_is_checked() {
    let forgetful = RECIPE.1.replace("from users;", "from users where id > 1;");
    for driver in drivers() {
        let place = Place::sqlite();
        let db = one_connection(driver(&place.url().replace("foreign_keys=on", "foreign_keys=off")));
        migrations([TABLES, (RECIPE.0, &forgetful)]).run(&db).await.unwrap();
        assert_eq!(count(&db, "posts").await, Some(2));
        assert_eq!(db.scalar::<i64>("pragma foreign_keys").await.unwrap(), Some(0));
    }
}

#[tokio::test]
async fn inside_of_an_outer_transaction_such_a_file_is_refused() {
    for driver in drivers() {
        let place = Place::sqlite();
        let db = one_connection(driver(&place.url()));
        let outer = OuterTransaction::begin(db.engine()).await.unwrap();
        let inside = db.within(&outer);
        let error = migrations([TABLES, RECIPE]).run(&inside).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.message().starts_with("migration V2__born: foreign keys "), "{error}");
        assert_eq!(count(&inside, "posts").await, Some(2));
        outer.rollback().await.unwrap();
        assert_eq!(names(&migrations([TABLES, RECIPE]).run(&db).await.unwrap()), ["V1__init", "V2__born"]);
    }
}

/// SQLite refuses to look for rows without their parent where a key refers to what is not unique.
#[tokio::test]
async fn a_key_that_refers_to_nothing_unique_keeps_no_file_from_being_applied() {
    for driver in drivers() {
        let place = Place::sqlite();
        let db = one_connection(driver(&place.url()));
        let legacy = ("V2__legacy.sql", "create table legacy (user text references users (name))");
        let recipe = ("V3__born.sql", RECIPE.1);
        migrations([TABLES, legacy, recipe]).run(&db).await.unwrap();
        assert_eq!(count(&db, "posts").await, Some(2));
        assert_enforced(&db).await;
    }
}
