use sqlsession_postgres::{EngineOptions, ErrorKind};

use crate::database::Database;

const KILL: &str = "select pg_terminate_backend(pid) from pg_stat_activity \
                    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'";

#[tokio::test]
async fn a_lost_connection_says_why_and_is_replaced() {
    let database = Database::with(EngineOptions::default().pool_size(1).max_overflow(0));
    let mut session = database.session();
    session.execute("select 1").await.unwrap();
    database.ask(KILL);
    let error = session.execute("select 1").await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::ConnectionLost, Some("57P01")), "{error:?}");
    assert!(error.is_disconnect());
    assert_eq!(session.execute("select 1").await.unwrap_err().kind(), ErrorKind::InvalidState);
    session.rollback().await.unwrap();
    assert_eq!(session.scalar_one::<i32>("select 1").await.unwrap(), 1);
}

#[tokio::test]
async fn a_connection_lost_under_its_commit_leaves_the_outcome_open() {
    let database = Database::with(EngineOptions::default().pool_size(1).max_overflow(0));
    let mut session = database.session();
    session.execute_and_commit("create table t (n int)").await.unwrap();
    session.execute("insert into t values (1)").await.unwrap();
    database.ask(KILL);
    let error = session.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CommitUnknown, "{error:?}");
    session.rollback().await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 0);
}

#[tokio::test]
async fn an_idle_connection_that_was_lost_costs_nobody_an_error() {
    let database = Database::with(EngineOptions::default().pool_size(2).max_overflow(0));
    for _ in 0..3 {
        let mut session = database.session();
        session.execute("select 1").await.unwrap();
        drop(session);
        database.ask(KILL);
        // The news needs a moment to arrive.
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        assert_eq!(database.session().scalar_one::<i32>("select 1").await.unwrap(), 1);
    }
}

#[test]
fn an_idle_connection_that_was_lost_costs_nobody_an_error_of_a_blocking_engine() {
    let database = Database::create();
    let engine = database.blocking();
    for _ in 0..3 {
        assert_eq!(engine.session_maker().session().scalar_one::<i32>("select 1").unwrap(), 1);
        database.ask(KILL);
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}
