use std::time::{Duration, Instant};

use sqlsession_postgres::{
    EngineOptions, ErrorKind, PostgresEngine, SessionOptions, core::driver::IsolationLevel, text,
};
use tokio::time::timeout;

use crate::database::Database;

const SLEEP: &str = "select pg_sleep(100)";

fn one() -> EngineOptions {
    EngineOptions::default().pool_size(1).max_overflow(0)
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_stopped_on_the_server() {
    let database = Database::with(one());
    let mut session = database.session();
    let begun = Instant::now();
    for _ in 0..3 {
        let error = session.execute(text(SLEEP).timeout(Duration::from_millis(50))).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::StatementTimeout, Some("57014")));
        session.rollback().await.unwrap();
        assert_eq!(session.scalar_one::<i32>("select 1").await.unwrap(), 1);
    }
    assert!(begun.elapsed() < Duration::from_secs(50));
    let own = "set local statement_timeout = 20";
    session.execute(own).await.unwrap();
    let error = session.execute(SLEEP).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StatementTimeout);
}

#[tokio::test]
async fn a_dropped_future_is_cancelled_and_never_hits_the_next_user() {
    let database = Database::with(one());
    let pid = database.session().scalar_one::<i32>("select pg_backend_pid()").await.unwrap();
    for round in 0..30 {
        let mut session = database.session();
        let waited = Duration::from_millis(round % 7);
        assert!(timeout(waited, session.execute(SLEEP)).await.is_err());
        if round % 2 == 0 {
            assert_eq!(session.execute("select 1").await.unwrap_err().kind(), ErrorKind::Interrupted);
            session.rollback().await.unwrap();
            assert_eq!(session.scalar_one::<i32>("select 1").await.unwrap(), 1);
        }
        drop(session);
        let mut next = database.session();
        for _ in 0..5 {
            assert_eq!(
                next.scalar_one::<i32>("select pg_backend_pid()").await.unwrap(),
                pid,
                "round {round}"
            );
        }
    }
}

#[tokio::test]
async fn a_cancel_that_comes_too_late_hits_nobody() {
    let database = Database::with(one());
    for _ in 0..50 {
        let mut session = database.session();
        // It may end by itself before it is cancelled.
        let _ = session.execute(text("select pg_sleep(0.002)").timeout(Duration::from_millis(2))).await;
        session.rollback().await.unwrap();
        for _ in 0..3 {
            assert_eq!(session.scalar_one::<i32>("select 1").await.unwrap(), 1);
        }
    }
}

/// The second run of a text is prepared beside it, and that is what waits for the lock.
#[tokio::test]
async fn a_cancel_that_hits_what_is_prepared_stops_the_statement_as_well() {
    let database = Database::with(one());
    database.ask("create table t (n int)");
    let mut first = database.session();
    let mut other = PostgresEngine::new(database.place.url()).unwrap().session_maker().session();
    let insert = || text("insert into t values (1)").timeout(Duration::from_millis(300));
    first.execute_and_commit(insert()).await.unwrap();
    first.close().await.unwrap();
    other.execute("lock table t in access exclusive mode").await.unwrap();
    let begun = Instant::now();
    let error = database.session().execute_and_commit(insert()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StatementTimeout, "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    other.rollback().await.unwrap();
    assert_eq!(database.session().scalar_one::<i64>("select count(*) from t").await.unwrap(), 1);
}

/// What describes them waits for the lock already.
#[tokio::test]
async fn many_sets_and_rows_that_wait_for_a_lock_are_stopped_as_well() {
    let database = Database::with(one());
    database.ask("create table t (n int)");
    let mut other = PostgresEngine::new(database.place.url()).unwrap().session_maker().session();
    for level in [IsolationLevel::ReadCommitted, IsolationLevel::Autocommit] {
        for rows in [false, true] {
            other.execute("lock table t in access exclusive mode").await.unwrap();
            let limit = SessionOptions::default().statement_timeout(Duration::from_millis(50));
            let mut session = database.engine.session_maker_with(limit.isolation_level(level)).session();
            let pid = session.scalar_one::<i32>("select pg_backend_pid()").await.unwrap();
            let inserting = async {
                match rows {
                    false => session.execute_many("insert into t values (:n)", [[("n", 1)]]).await.map(drop),
                    true => session.bulk_insert("t", ["n"], [[1]]).await.map(drop),
                }
            };
            let ended = timeout(Duration::from_secs(60), inserting).await;
            let error = ended.expect("it is stopped").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::StatementTimeout, "{level}, rows {rows}: {error:?}");
            session.rollback().await.unwrap();
            assert_eq!(session.scalar_one::<i32>("select pg_backend_pid()").await.unwrap(), pid);
            other.rollback().await.unwrap();
        }
    }
    assert_eq!(database.ask("select count(*) from t"), "0");
}

#[test]
fn a_blocking_statement_is_stopped_as_well() {
    let database = Database::create();
    let engine = database.blocking();
    let mut session = engine.session_maker().session();
    let error = session.execute(text(SLEEP).timeout(Duration::from_millis(50))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StatementTimeout);
    session.rollback().unwrap();
    assert_eq!(session.scalar_one::<i32>("select 1").unwrap(), 1);
}
