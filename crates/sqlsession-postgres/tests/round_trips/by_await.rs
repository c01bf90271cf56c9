use std::time::Duration;

use sqlsession_postgres::{ErrorKind, SessionOptions, core::driver::IsolationLevel, text};

use crate::{
    bench::{Bench, DELAY},
    entities::Account,
    table::{Row, cost},
};

pub(crate) const SELECT: &str = "select balance from accounts where id = :id";
pub(crate) const UPDATE: &str = "update accounts set balance = :balance where id = :id";
pub(crate) const INSERT: &str = "insert into accounts values ((select max(id) + 1 from accounts), :balance)";

pub(crate) async fn rows(bench: &Bench) -> Vec<Row> {
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut rows = Vec::new();
    let mut add = |more: Vec<Row>| rows.extend(more);
    add(bench
        .measure("checkout, checkin", cost([0; 3], [0; 3], [0; 3]), async |engine| {
            engine.connect().await.unwrap().close().await.unwrap();
        })
        .await);
    add(bench
        .measure("session: SELECT, close", cost([1, 2, 1], [1, 3, 2], [1, 2, 0]), async |engine| {
            let mut session = engine.session_maker().session();
            let balance: i64 = session.scalar_one(text(SELECT).bind("id", 3)).await.unwrap();
            assert_eq!(balance, 100);
            session.close().await.unwrap();
        })
        .await);
    add(bench
        .measure("session: SELECT, dropped", cost([1, 2, 1], [1, 3, 2], [1, 2, 0]), async |engine| {
            let mut session = engine.session_maker().session();
            session.execute(text(SELECT).bind("id", 3)).await.unwrap();
        })
        .await);
    add(bench
        .measure("session: SELECT, SELECT, close", cost([2, 4, 3], [2, 3, 0], [2, 3, 0]), async |engine| {
            let mut session = engine.session_maker().session();
            for id in 1..3 {
                session.execute(text(SELECT).bind("id", id)).await.unwrap();
            }
            session.close().await.unwrap();
        })
        .await);
    add(bench
        .measure("session: INSERT, commit", cost([2, 2, 1], [2, 3, 2], [2, 2, 0]), async |engine| {
            let mut session = engine.session_maker().session();
            session.execute(text(INSERT).bind("balance", 7)).await.unwrap();
            session.commit().await.unwrap();
        })
        .await);
    add(bench
        .measure(
            "session: execute_and_commit(INSERT)",
            cost([1, 2, 1], [1, 3, 2], [1, 2, 0]),
            async |engine| {
                // What a database's `execute` is.
                let mut session = engine.session_maker().session();
                session.execute_and_commit(text(INSERT).bind("balance", 7)).await.unwrap();
            },
        )
        .await);
    add(bench
        .measure("AUTOCOMMIT: SELECT", cost([1, 1, 1], [1, 2, 2], [1, 1, 0]), async |engine| {
            let mut connection = engine.connect_with(autocommit.clone()).await.unwrap();
            connection.execute(text(SELECT).bind("id", 3)).await.unwrap();
            connection.close().await.unwrap();
        })
        .await);
    add(bench
        .measure("session: SELECT, UPDATE, commit", cost([3, 3, 2], [3, 5, 4], [3, 3, 0]), async |engine| {
            let mut session = engine.session_maker().session();
            session.execute(text(SELECT).bind("id", 3)).await.unwrap();
            session.execute(text(UPDATE).bind("balance", 5).bind("id", 3)).await.unwrap();
            session.commit().await.unwrap();
        })
        .await);
    add(bench
        .measure(
            "session: SELECT, execute_and_commit(UPDATE)",
            cost([2, 3, 2], [2, 5, 4], [2, 3, 0]),
            async |engine| {
                let mut session = engine.session_maker().session();
                session.execute(text(SELECT).bind("id", 3)).await.unwrap();
                session.execute_and_commit(text(UPDATE).bind("balance", 5).bind("id", 3)).await.unwrap();
            },
        )
        .await);
    add(bench
        .measure(
            "session: INSERT that fails, rollback",
            cost([2, 2, 1], [2, 3, 2], [2, 2, 0]),
            async |engine| {
                let mut session = engine.session_maker().session();
                let error = session.execute("insert into accounts values (1, 1)").await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::UniqueViolation);
                session.rollback().await.unwrap();
            },
        )
        .await);
    add(bench
        .measure(
            "session: INSERT that fails, dropped",
            cost([1, 2, 1], [1, 3, 2], [1, 2, 0]),
            async |engine| {
                let mut session = engine.session_maker().session();
                let error = session.execute("insert into accounts values (1, 1)").await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::UniqueViolation);
            },
        )
        .await);
    add(bench
        .measure(
            "session: bulk_insert(1000 rows), commit",
            cost([4, 6, 2], [4, 6, 2], [4, 6, 2]),
            async |engine| {
                let mut session = engine.session_maker().session();
                let rows = (0..1000).map(|n| (n, format!("note {n}")));
                session.bulk_insert("notes", ["id", "note"], rows).await.unwrap();
                session.commit().await.unwrap();
            },
        )
        .await);
    add(bench
        .measure(
            "session: 20 entities added, commit",
            cost([1, 1, 1], [1, 2, 2], [1, 1, 0]),
            async |engine| {
                let mut session = engine.session_maker().session();
                session.add_all((0..20).map(|balance| Account { id: 0, balance })).unwrap();
                session.commit().await.unwrap();
            },
        )
        .await);
    add(bench
        .measure(
            "session: 20 entities changed, commit",
            cost([2, 2, 1], [2, 3, 2], [2, 2, 0]),
            async |engine| {
                let mut session = engine.session_maker().session();
                for id in 1..=20 {
                    session.update(Account { id, balance: 5 }).unwrap();
                }
                session.commit().await.unwrap();
            },
        )
        .await);
    add(bench
        .measure(
            "session: an entity by its key, close",
            cost([1, 2, 1], [1, 3, 2], [1, 2, 0]),
            async |engine| {
                let mut session = engine.session_maker().session();
                assert_eq!(session.get_one::<Account>(3).await.unwrap().balance, 100);
                session.close().await.unwrap();
            },
        )
        .await);
    bench.hold_back(Duration::from_millis(500));
    add(bench
        .measure(
            "session: execute_many(1000 UPDATEs), commit",
            cost([3, 1002, 1], [3, 1001, 0], [3, 1001, 0]),
            async |engine| {
                let mut session = engine.session_maker().session();
                session.execute_many(UPDATE, updates()).await.unwrap();
                session.commit().await.unwrap();
            },
        )
        .await);
    add(bench
        .measure(
            "session: execute_many_and_commit(1000 UPDATEs)",
            cost([2, 1002, 1], [2, 1001, 0], [2, 1001, 0]),
            async |engine| {
                let mut session = engine.session_maker().session();
                session.execute_many_and_commit(UPDATE, updates()).await.unwrap();
            },
        )
        .await);
    bench.hold_back(DELAY);
    rows
}

fn updates() -> Vec<[(&'static str, i64); 2]> {
    (0..1000).map(|n| [("balance", n), ("id", n % 10 + 1)]).collect()
}
