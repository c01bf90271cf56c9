//! Several who migrate one database at once.

use std::time::Duration;

use sqlsession::{
    AsyncDatabase, DatabaseOptions, EngineOptions, ErrorKind, SessionOptions, migrations::Migrations,
};

use crate::{INIT, migrations, on_each_backend, place::Place};

on_each_backend! { nothing_is_applied_twice one_that_was_given_up_holds_nobody_up a_limit_of_statements_is_not_theirs }

/// Migrations that could be applied twice without an error of their own.
fn counting() -> Migrations {
    let files = (2..8).map(|version| {
        (
            format!("V{version}__count.sql"),
            format!(
                "insert into users values ((select coalesce(max(u.id), 0) + 1 from users u), 'v{version}')"
            ),
        )
    });
    let init = (INIT.0.to_owned(), INIT.1.to_owned());
    Migrations::new(files.chain([init])).unwrap()
}

async fn nothing_is_applied_twice(place: &Place) {
    let runs = (0..8).map(|_| {
        let url = place.url();
        // An engine of its own is as good as a process.
        tokio::spawn(async move {
            let db = AsyncDatabase::create(url).unwrap();
            let applied = counting().run(&db).await.unwrap();
            db.engine().close(Duration::from_secs(60)).await.unwrap();
            applied.len()
        })
    });
    let mut applied = 0;
    for run in runs.collect::<Vec<_>>() {
        applied += run.await.unwrap();
    }
    assert_eq!(applied, 7);
    let db = place.database();
    let users: Vec<String> = db.scalars("select name from users order by id").await.unwrap();
    assert_eq!(users, ["v2", "v3", "v4", "v5", "v6", "v7"]);
}

async fn one_that_was_given_up_holds_nobody_up(place: &Place) {
    let endless = match place {
        Place::Sqlite(_) => {
            "create table numbers as with recursive n(i) as (select 1 union all select i + 1 from n) select i from n"
        }
        Place::Postgres(_) => "select pg_sleep(1000)",
        Place::Mysql(_) => "do sleep(1000)",
    };
    let db = place.database();
    let stuck = migrations([INIT, ("V2__stuck.sql", endless)]);
    tokio::time::timeout(Duration::from_secs(2), stuck.run(&db)).await.unwrap_err();
    let next = migrations([INIT, ("V2__quick.sql", "insert into users values (1, 'Ada')")]);
    let another = place.database();
    let run = tokio::time::timeout(Duration::from_secs(100), next.run(&another));
    assert_eq!(run.await.unwrap().unwrap().last().unwrap().name, "V2__quick");
}

/// Neither a file that takes long nor the wait for one is stopped by what is meant for the program's statements.
async fn a_limit_of_statements_is_not_theirs(place: &Place) {
    let slow = match place {
        Place::Sqlite(_) => {
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000000) select max(i) from n"
        }
        Place::Postgres(_) => "select pg_sleep(0.3)",
        // SLEEP itself ends well when it is stopped.
        Place::Mysql(_) => "insert into users select 1, sleep(0.3)",
    };
    let mut engine = EngineOptions::default();
    engine.session = SessionOptions::default().statement_timeout(Duration::from_millis(50));
    let limited = DatabaseOptions::default().engine(engine);
    let db = AsyncDatabase::create_with(place.url(), limited).unwrap();
    // The second waits for the first.
    let all = migrations([INIT, ("V2__slow.sql", slow)]);
    let (one, other) = tokio::join!(all.run(&db), all.run(&db));
    assert_eq!(one.unwrap().len() + other.unwrap().len(), 2);
}

#[tokio::test]
async fn a_lock_that_was_let_go_ends_the_run() {
    for driver in crate::drivers() {
        let place = Place::mysql();
        let db = AsyncDatabase::create(driver(&place.url())).unwrap();
        let all = migrations([
            INIT,
            ("V2__let_go.sql", "select release_all_locks()"),
            ("V3__more.sql", "create table more (id integer)"),
        ]);
        let error = all.run(&db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidState);
        assert!(error.message().starts_with("migration V3__more: "), "{error}");
        let status = all.status(&db).await.unwrap();
        let applied: Vec<bool> = status.iter().map(|migration| migration.applied_on.is_some()).collect();
        assert_eq!(applied, [true, true, false]);
    }
}
