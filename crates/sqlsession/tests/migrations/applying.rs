use sqlsession::{AsyncDatabase, Database, DatabaseOptions, EngineOptions, driver::IsolationLevel};

use crate::{FILL, INIT, migrations, names, on_each_backend, place::Place};

on_each_backend! { each_once by_blocking_calls with_an_autocommit_engine what_was_begun_by_refinery bodies_with_semicolons }

async fn each_once(place: &Place) {
    let db = place.database();
    let first = migrations([INIT]);
    assert!(first.status(&db).await.unwrap()[0].applied_on.is_none());
    assert_eq!(names(&first.run(&db).await.unwrap()), ["V1__init"]);
    assert!(first.run(&db).await.unwrap().is_empty());

    let both = migrations([FILL, INIT]);
    assert_eq!(names(&both.run(&db).await.unwrap()), ["V2__fill"]);
    let users: Vec<String> = db.scalars("select name from users order by id").await.unwrap();
    assert_eq!(users, ["Ada; :x", "Grace"]);

    let unversioned = ("U0__later.sql", "delete from users where id = 2");
    let all = migrations([FILL, INIT, unversioned]);
    assert_eq!(names(&all.run(&db).await.unwrap()), ["U0__later"]);
    let status = all.status(&db).await.unwrap();
    assert_eq!(names(&status), ["U0__later", "V1__init", "V2__fill"]);
    assert!(status.iter().all(|migration| migration.applied_on.is_some()));
}

async fn by_blocking_calls(place: &Place) {
    let url = place.url();
    let blocking = move || {
        let db = Database::create(url).unwrap();
        let all = migrations([INIT, FILL]);
        assert_eq!(names(&all.run(&db).unwrap()), ["V1__init", "V2__fill"]);
        assert!(all.run(&db).unwrap().is_empty());
        assert!(all.status(&db).unwrap()[1].applied_on.is_some());
        let broken = migrations([INIT, FILL, ("V3__broken.sql", "select nothing from nowhere")]);
        broken.run(&db).unwrap_err();
        assert!(all.run(&db).unwrap().is_empty());
    };
    tokio::task::spawn_blocking(blocking).await.unwrap();
}

async fn with_an_autocommit_engine(place: &Place) {
    let engine = EngineOptions::default().isolation_level(IsolationLevel::Autocommit);
    let db = AsyncDatabase::create_with(place.url(), DatabaseOptions::default().engine(engine)).unwrap();
    migrations([INIT]).run(&db).await.unwrap();
    let broken =
        ("V2__broken.sql", "insert into users values (1, 'Ada'); insert into users values (1, 'Ada')");
    migrations([INIT, broken]).run(&db).await.unwrap_err();
    // Rows are no DDL, so MySQL takes them back as well.
    assert_eq!(db.scalar::<i64>("select count(*) from users").await.unwrap(), Some(0));
}

/// As refinery 0.9 makes it by itself, with versions of 32 bits.
async fn what_was_begun_by_refinery(place: &Place) {
    let db = place.database();
    let table = "create table refinery_schema_history (version int4 primary key, name varchar(255), \
                 applied_on varchar(255), checksum varchar(255))";
    db.execute(table).await.unwrap();
    migrations([INIT]).run(&db).await.unwrap();
    let checksum =
        db.scalar::<String>("select checksum from refinery_schema_history").await.unwrap().unwrap();
    // What refinery reckons for this name and text.
    let int8 = cfg!(feature = "migrations-int8");
    let reckoned = if int8 { "14077684155304874068" } else { "4981853232088078958" };
    assert_eq!(checksum, reckoned);
    assert_eq!(names(&migrations([INIT, FILL]).run(&db).await.unwrap()), ["V2__fill"]);
}

async fn bodies_with_semicolons(place: &Place) {
    let body = match place {
        Place::Sqlite(_) => {
            "create trigger doubled after insert on users when new.id < 10 begin \
             insert into users values (new.id + 10, 'twin'); end; insert into users values (1, 'Ada')"
        }
        Place::Postgres(_) => {
            "create function twin(integer) returns void language sql as $$ \
             insert into users values ($1 + 10, 'twin'); select null::void; $$; \
             insert into users values (1, 'Ada'); select twin(1)"
        }
        Place::Mysql(_) => {
            "create procedure twin(n int) begin insert into users values (n + 10, 'twin'); set @a := 1; end; \
             insert into users values (1, 'Ada'); call twin(1)"
        }
    };
    let db = place.database();
    migrations([INIT, ("V2__body.sql", body)]).run(&db).await.unwrap();
    let users: Vec<String> = db.scalars("select name from users order by id").await.unwrap();
    assert_eq!(users, ["Ada", "twin"]);
}
