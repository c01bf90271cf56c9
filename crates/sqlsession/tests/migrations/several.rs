//! Several who migrate one database at once.

use std::time::Duration;

use sqlsession::migrations::Migrations;

use crate::{INIT, migrations, on_each_backend, place::Place};

on_each_backend! { nothing_is_applied_twice one_that_was_given_up_holds_nobody_up }

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
            let db = sqlsession::AsyncDatabase::create(url).unwrap();
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
