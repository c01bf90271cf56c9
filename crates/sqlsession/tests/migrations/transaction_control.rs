//! Files that would begin or end the transaction they are applied in.

use sqlsession::ErrorKind;

use crate::{INIT, migrations, names, place::Place};

async fn refused(place: &Place, sql: &str, number: usize, statement: &str) {
    let db = place.database();
    let all = migrations([INIT, ("V2__own.sql", sql)]);
    let error = all.run(&db).await.unwrap_err();
    let named = format!("migration V2__own, statement {number}: ");
    assert_eq!(error.kind(), ErrorKind::Configuration, "{sql}");
    assert!(error.message().starts_with(&named) && error.message().contains("leave BEGIN"), "{error}");
    assert_eq!(error.statement(), Some(statement));
    // Before anything is applied, what was before it included.
    assert!(all.status(&db).await.unwrap().iter().all(|migration| migration.applied_on.is_none()), "{sql}");
    assert_eq!(db.all::<(i64,)>("select id from users").await.unwrap_err().kind(), ErrorKind::UndefinedTable);
}

const CASES: [(&str, usize, &str); 7] = [
    ("insert into users values (1, 'Ada'); COMMIT; select nothing", 2, "COMMIT"),
    ("insert into users values (1, 'Ada'); rollback; select 1", 2, "rollback"),
    ("/* own */ BEGIN;\ninsert into users values (1, 'Ada');\nCOMMIT;", 1, "/* own */ BEGIN"),
    ("end transaction", 1, "end transaction"),
    ("select 1; commit and chain", 2, "commit and chain"),
    ("begin immediate", 1, "begin immediate"),
    ("select 1;; select 2; ROLLBACK TRANSACTION", 3, "ROLLBACK TRANSACTION"),
];

const OF_POSTGRES: [(&str, usize, &str); 4] = [
    ("abort", 1, "abort"),
    ("start transaction", 1, "start transaction"),
    ("select 1; prepare transaction 'to'", 2, "prepare transaction 'to'"),
    ("alter type mood add value 'glad'; commit; select 1", 2, "commit"),
];

#[tokio::test]
async fn they_are_refused_by_sqlite() {
    let place = Place::sqlite();
    for (sql, number, statement) in CASES {
        refused(&place, sql, number, statement).await;
    }
}

#[tokio::test]
async fn they_are_refused_by_postgres() {
    let place = Place::postgres();
    for (sql, number, statement) in CASES.into_iter().chain(OF_POSTGRES) {
        refused(&place, sql, number, statement).await;
    }
}

/// What only looks so, and savepoints, which are the file's own.
#[tokio::test]
async fn what_leaves_the_transaction_alone_is_applied() {
    let savepoints = "savepoint a; insert into users values (1, 'commit'); rollback to a; \
                      ROLLBACK TRANSACTION TO SAVEPOINT a; release a; -- commit\n \
                      insert into users values (2, 'end; commit');";
    for place in [Place::sqlite(), Place::postgres()] {
        let own = match place {
            Place::Sqlite(_) => {
                "create trigger twin after insert on users when new.id < 10 begin \
                 insert into users values (new.id + 10, 'twin'); end;"
            }
            _ => {
                "create table start (id integer); prepare transactions as select 1; do $$ begin null; end $$;"
            }
        };
        let db = place.database();
        let sql = format!("{own} {savepoints}");
        migrations([INIT, ("V2__own.sql", &sql)]).run(&db).await.unwrap();
        assert_eq!(db.scalar::<i64>("select min(id) from users").await.unwrap(), Some(2));
    }
}

/// It may have been applied by refinery, and cannot be changed any more.
#[tokio::test]
async fn what_was_applied_already_is_not_looked_at() {
    let place = Place::sqlite();
    let db = place.database();
    let own = ("V2__own.sql", "begin; insert into users values (1, 'Ada'); commit;");
    let all = migrations([INIT, own]);
    let checksum = refinery_core::Migration::unapplied("V2__own", own.1).unwrap().checksum();
    migrations([INIT]).run(&db).await.unwrap();
    db.execute(format!(
        "insert into refinery_schema_history values (2, 'own', '2026-01-02T03:04:05Z', '{checksum}')"
    ))
    .await
    .unwrap();
    assert!(all.run(&db).await.unwrap().is_empty());
    let third = ("V3__third.sql", "select 1");
    assert_eq!(names(&migrations([INIT, own, third]).run(&db).await.unwrap()), ["V3__third"]);
}
