//! What sessions cost on the wire: the round trips that are waited for, and what is sent.
//!
//! `cargo xtask round-trips` prints the table. Nothing here is timed: a proxy keeps what passes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bench;
mod entities;

use bench::{Bench, Row, autocommit};
use entities::Account;
use sqlsession_mysql::{ErrorKind, text};

const SELECT: &str = "select balance from accounts where id = :id";
const UPDATE: &str = "update accounts set balance = :balance where id = :id";
const INSERT: &str = "insert into accounts (balance) values (:balance)";

/// Each piece of work, with the round trips that are waited for when its statements are prepared.
async fn rows(bench: &Bench) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut add = |row: Row| rows.push(row);
    add(bench
        .measure("checkout, checkin", 0, async |engine| {
            engine.connect().await.unwrap().close().await.unwrap();
        })
        .await);
    add(bench
        .measure("session: SELECT, close", 1, async |engine| {
            let mut session = engine.session_maker().session();
            let balance: i64 = session.scalar_one(text(SELECT).bind("id", 3)).await.unwrap();
            assert_eq!(balance, 100);
            session.close().await.unwrap();
        })
        .await);
    add(bench
        .measure("session: SELECT, dropped", 1, async |engine| {
            let mut session = engine.session_maker().session();
            session.execute(text(SELECT).bind("id", 3)).await.unwrap();
        })
        .await);
    add(bench
        .measure("session: INSERT, commit", 2, async |engine| {
            let mut session = engine.session_maker().session();
            session.execute(text(INSERT).bind("balance", 7)).await.unwrap();
            session.commit().await.unwrap();
        })
        .await);
    add(bench
        .measure("session: SELECT, UPDATE, commit", 3, async |engine| {
            let mut session = engine.session_maker().session();
            session.execute(text(SELECT).bind("id", 4)).await.unwrap();
            session.execute(text(UPDATE).bind("balance", 5).bind("id", 4)).await.unwrap();
            session.commit().await.unwrap();
        })
        .await);
    add(bench
        .measure("session: execute_and_commit(INSERT)", 2, async |engine| {
            let mut session = engine.session_maker().session();
            session.execute_and_commit(text(INSERT).bind("balance", 7)).await.unwrap();
        })
        .await);
    add(bench
        .measure("session: INSERT in a savepoint, commit", 4, async |engine| {
            let mut session = engine.session_maker().session();
            let savepoint = session.begin_nested().await.unwrap();
            session.execute(text(INSERT).bind("balance", 7)).await.unwrap();
            session.release(savepoint).await.unwrap();
            session.commit().await.unwrap();
        })
        .await);
    add(bench
        .measure("session: INSERT that fails, rollback", 1, async |engine| {
            let mut session = engine.session_maker().session();
            let error = session.execute("insert into accounts values (1, 1)").await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UniqueViolation);

            session.rollback().await.unwrap();
        })
        .await);
    add(bench
        .measure("AUTOCOMMIT: SELECT", 1, async |engine| {
            let mut connection = engine.connect_with(autocommit()).await.unwrap();
            connection.execute(text(SELECT).bind("id", 3)).await.unwrap();
            connection.close().await.unwrap();
        })
        .await);
    add(bench
        .measure("session: execute_multi(3 statements), commit", 2, async |engine| {
            let mut session = engine.session_maker().session();
            let sql = "insert into notes values (1, 'a'); select * from notes; update notes set note = 'b'";
            assert_eq!(session.execute_multi(sql).await.unwrap().len(), 3);
            session.commit().await.unwrap();
        })
        .await);
    add(bench
        .measure("session: a CALL with 2 results, close", 1, async |engine| {
            let mut session = engine.session_maker().session();
            let results = session.execute_multi(text("call twice(:n)").bind("n", 1)).await.unwrap();
            assert_eq!(results.len(), 3);
            session.close().await.unwrap();
        })
        .await);
    add(bench
        .measure("session: INSERT that is warned of, its warnings, commit", 3, async |engine| {
            let mut session = engine.session_maker().session();
            let result = session.execute("insert ignore into accounts values (1, 1)").await.unwrap();
            assert_eq!(session.warnings(&result).await.unwrap().len(), 1);
            session.commit().await.unwrap();
        })
        .await);
    add(bench
        .measure("session: INSERT without a warning, its warnings, commit", 2, async |engine| {
            let mut session = engine.session_maker().session();
            let result = session.execute(text(INSERT).bind("balance", 7)).await.unwrap();
            assert!(session.warnings(&result).await.unwrap().is_empty());
            session.commit().await.unwrap();
        })
        .await);
    add(bench
        .measure("session: execute_many(5000 sets) of an INSERT, commit", 3, async |engine| {
            let mut session = engine.session_maker().session();
            let sets: Vec<[(&str, i64); 1]> = (0..5000).map(|n| [("balance", n)]).collect();
            session.execute_many(INSERT, sets).await.unwrap();
            session.commit().await.unwrap();
        })
        .await);
    add(bench
        .measure("session: 20 entities added, commit", 2, async |engine| {
            let mut session = engine.session_maker().session();
            session.add_all((0..20).map(|balance| Account { id: 0, balance })).unwrap();
            session.commit().await.unwrap();
        })
        .await);
    add(bench
        .measure("session: 20 entities changed, commit", 2, async |engine| {
            let mut session = engine.session_maker().session();
            for id in 1..=20 {
                session.update(Account { id, balance: 5 }).unwrap();
            }
            session.commit().await.unwrap();
        })
        .await);
    add(bench
        .measure_with(
            "&local_infile=true",
            "session: bulk_insert(5000 rows) as a file, commit",
            6,
            async |engine| {
                let mut session = engine.session_maker().session();
                session.bulk_insert("notes", ["id", "note"], (0..5000).map(|n| (n, "note"))).await.unwrap();
                session.commit().await.unwrap();
            },
        )
        .await);
    add(bench
        .measure("session: bulk_insert(5000 rows), commit", 9, async |engine| {
            let mut session = engine.session_maker().session();
            session.bulk_insert("notes", ["id", "note"], (0..5000).map(|n| (n, "note"))).await.unwrap();
            session.commit().await.unwrap();
        })
        .await);
    rows
}

#[test]
fn round_trips() {
    let bench = Bench::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let rows = runtime.block_on(rows(&bench));
    println!("\n| what the user does | round trips waited for | sent; in brackets what nobody waits for |");
    println!("|---|--:|---|");
    for row in &rows {
        println!("| {} | {} | {} |", row.what, row.found, row.wire);
    }
    let missed: Vec<_> = rows.iter().filter(|row| row.found != row.goal).collect();
    assert!(missed.is_empty(), "other than they should be: {missed:#?}");
}
