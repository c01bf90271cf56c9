use std::time::{Duration, Instant};

use sqlsession_sqlx::{ErrorKind, SessionOptions, core::driver::IsolationLevel, text};

use crate::database::Database;

fn endless(database: &Database) -> &'static str {
    match database.name {
        "sqlite" => "with recursive c(n) as (select 1 union all select n + 1 from c) select count(*) from c",
        "postgres" => "select pg_sleep(60)",
        _ => "select sleep(60)",
    }
}

#[tokio::test]
async fn a_statement_ends_at_its_timeout() {
    for database in Database::all() {
        let mut session = database.engine.session_maker().session();
        let begun = Instant::now();
        let sleeping = text(endless(&database)).timeout(Duration::from_millis(50));
        match session.execute(sleeping).await {
            Err(error) => assert_eq!(error.kind(), ErrorKind::StatementTimeout, "{}", database.name),
            // MariaDB's sleep that was killed gives 1.
            Ok(_) => assert_eq!(database.name, "mysql"),
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{}", database.name);
        session.rollback().await.unwrap();
        assert_eq!(session.scalar_one::<i64>("select 7").await.unwrap(), 7, "{}", database.name);
    }
}

#[tokio::test]
async fn a_cancel_hits_nobody_who_comes_later() {
    for database in Database::all() {
        for _ in 0..5 {
            let mut session = database.engine.session_maker().session();
            let sleeping = session.execute(endless(&database));
            tokio::time::timeout(Duration::from_millis(20), sleeping).await.unwrap_err();
            session.rollback().await.unwrap();
            for _ in 0..5 {
                assert_eq!(session.scalar_one::<i64>("select 7").await.unwrap(), 7, "{}", database.name);
            }
        }
    }
}

#[test]
fn blocking_calls_work_as_well() {
    for database in Database::all() {
        let engine = database.blocking();
        let mut session = engine.session_maker().session();
        session.execute("create table t (n int)").unwrap();
        session.execute(text("insert into t values (:n)").bind("n", 7)).unwrap();
        session.commit().unwrap();
        session.execute("insert into t values (8)").unwrap();
        drop(session);
        let mut session = engine.session_maker().session();
        let numbers: Vec<i64> = session.scalars("select n from t").unwrap();
        assert_eq!(numbers, [7], "{}", database.name);
        // The locks of the session that was dropped are gone.
        session.execute("delete from t").unwrap();
        session.commit().unwrap();
    }
}

/// The server is gone without a word; other connections work, and so does what stops a statement.
#[tokio::test]
async fn rows_on_a_connection_that_is_dead_are_given_up() {
    for database in [Database::postgres(), Database::mysql()] {
        let mut session = database.native.session_maker().session();
        session.execute_and_commit("create table t (n int)").await.unwrap();
        let (proxy, engine) = database.behind_a_proxy();
        let limit = SessionOptions::default().statement_timeout(Duration::from_millis(200));
        for level in [IsolationLevel::ReadCommitted, IsolationLevel::Autocommit] {
            let mut session = engine.session_maker_with(limit.clone().isolation_level(level)).session();
            session.execute("select 1").await.unwrap();
            proxy.strand();
            let inserting = session.bulk_insert("t", ["n"], [[1]]);
            let ended = tokio::time::timeout(Duration::from_secs(60), inserting).await;
            let error = ended.unwrap_or_else(|_| panic!("{} at {level} waits", database.name)).unwrap_err();
            let may_be_durable = level == IsolationLevel::Autocommit;
            let kind = if may_be_durable { ErrorKind::CommitUnknown } else { ErrorKind::ConnectionLost };
            assert_eq!(error.kind(), kind, "{}: {error:?}", database.name);
        }
    }
}
