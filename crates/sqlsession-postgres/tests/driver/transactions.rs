use sqlsession_postgres::{
    EngineOptions, ErrorKind, SessionOptions,
    core::{
        Value,
        driver::{IsolationLevel, ServerTransaction},
    },
    text,
};

use crate::database::Database;

#[tokio::test]
async fn a_unit_is_durable_after_commit_and_gone_after_rollback() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (n int)").await.unwrap();
    session.commit().await.unwrap();
    session.execute("insert into t values (1)").await.unwrap();
    assert_eq!(session.server_transaction(), ServerTransaction::Open);
    session.rollback().await.unwrap();
    session.execute("insert into t values (2)").await.unwrap();
    session.commit().await.unwrap();
    session.execute("insert into t values (3)").await.unwrap();
    drop(session);
    assert_eq!(database.ask("select n from t"), "2");
}

#[tokio::test]
async fn a_transaction_that_failed_cannot_be_committed() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (n int primary key)").await.unwrap();
    session.commit().await.unwrap();
    session.execute("insert into t values (1)").await.unwrap();
    let error = session.execute("select 1 / 0").await.unwrap_err();
    assert_eq!(error.code(), Some("22012"));
    assert_eq!(session.server_transaction(), ServerTransaction::Failed);
    let refused = session.execute("select 1").await.unwrap_err();
    assert_eq!((refused.kind(), refused.code()), (ErrorKind::InvalidState, Some("25P02")));
    let error = session.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidState);
    session.rollback().await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 0);
}

#[tokio::test]
async fn a_commit_that_rides_with_a_statement_that_fails_commits_nothing() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_and_commit("create table t (n int primary key)").await.unwrap();
    for _ in 0..3 {
        session.execute("insert into t values (1)").await.unwrap();
        let error = session.execute_and_commit("insert into t values (1)").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        session.rollback().await.unwrap();
        assert_eq!(session.server_transaction(), ServerTransaction::Idle);
    }
    assert_eq!(database.ask("select count(*) from t"), "0");
    session.execute("insert into t values (1)").await.unwrap();
    session.execute_and_commit("insert into t values (2)").await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "2");
}

#[tokio::test]
async fn a_commit_does_not_ride_behind_a_statement_that_cannot_be_sent() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_and_commit("create table t (n int[], name text)").await.unwrap();
    let ragged = Value::array([vec![1_i64, 2], vec![3]]);
    let bad =
        [text("insert into t (n) values (:n)").bind("n", ragged), text("insert into t (name) values ('\0')")];
    // Each of them also when it comes again, and when it has been prepared.
    for statement in bad.iter().cycle().take(8) {
        session.execute("insert into t (name) values ('before')").await.unwrap();
        let error = session.execute_and_commit(statement.clone()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadParameter, "{error:?}");
        assert_eq!(database.ask("select count(*) from t"), "0", "nothing is committed");
        session.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn a_constraint_that_waits_for_the_commit_fails_it() {
    let database = Database::create();
    let mut session = database.session();
    session
        .execute_and_commit(
            "create table t (n int, constraint once unique (n) deferrable initially deferred)",
        )
        .await
        .unwrap();
    session.execute("insert into t values (1), (1)").await.unwrap();
    let error = session.commit().await.unwrap_err();
    assert_eq!((error.kind(), error.constraint()), (ErrorKind::UniqueViolation, Some("once")));
    session.rollback().await.unwrap();
    let error = session.execute_and_commit("insert into t values (2), (2)").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    session.rollback().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "0");
}

#[tokio::test]
async fn an_error_inside_a_savepoint_costs_no_more_than_the_savepoint() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (n int primary key)").await.unwrap();
    session.execute("insert into t values (1)").await.unwrap();
    let outer = session.begin_nested().await.unwrap();
    session.execute("insert into t values (2)").await.unwrap();
    let inner = session.begin_nested().await.unwrap();
    assert!(session.execute("insert into t values (1)").await.is_err());
    session.rollback_to(inner).await.unwrap();
    assert_eq!(session.server_transaction(), ServerTransaction::Open);
    session.execute("insert into t values (3)").await.unwrap();
    session.release(outer).await.unwrap();
    session.commit().await.unwrap();
    assert_eq!(database.ask("select string_agg(n::text, ' ' order by n) from t"), "1 2 3");
}

#[tokio::test]
async fn levels_hold_for_their_session_only() {
    let database = Database::with(EngineOptions::default().pool_size(1).max_overflow(0));
    let maker = database.engine.session_maker();
    let serializable = SessionOptions::default().isolation_level(IsolationLevel::Serializable);
    const SHOW: &str = "show transaction_isolation";
    for _ in 0..2 {
        let mut session = maker.session_with(serializable.clone());
        assert_eq!(session.scalar_one::<String>(SHOW).await.unwrap(), "serializable");
        drop(session);
        assert_eq!(maker.session().scalar_one::<String>(SHOW).await.unwrap(), "read committed");
    }
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut session = maker.session_with(autocommit);
    session.execute("create table t (n int)").await.unwrap();
    assert_eq!(session.server_transaction(), ServerTransaction::Idle);
    session.execute("vacuum t").await.unwrap();
}

#[tokio::test]
async fn a_session_that_only_reads_refuses_to_write() {
    let database = Database::create();
    database.session().execute_and_commit("create table t (n int)").await.unwrap();
    let maker = database.engine.session_maker();
    let mut session = maker.session_with(SessionOptions::default().read_only(true));
    let error = session.execute("insert into t values (1)").await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::ReadOnly, Some("25006")));
}

#[tokio::test]
async fn what_a_user_begins_or_ends_by_text_is_seen() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (n int)").await.unwrap();
    session.execute("commit").await.unwrap();
    assert_eq!(session.server_transaction(), ServerTransaction::Idle);
    session.execute("insert into t values (1)").await.unwrap();
    session.rollback().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "0");
}

#[tokio::test]
async fn the_locks_of_a_dropped_session_are_released_at_once() {
    let database = Database::with(EngineOptions::default().pool_size(2));
    let mut holder = database.session();
    holder.execute("create table t (n int)").await.unwrap();
    holder.execute("insert into t values (1)").await.unwrap();
    holder.commit().await.unwrap();
    for _ in 0..20 {
        holder.execute("select * from t for update").await.unwrap();
        let mut waiter = database.session();
        waiter.execute("set local lock_timeout = '5s'").await.unwrap();
        drop(holder);
        assert_eq!(waiter.scalar_one::<i32>("select n from t for update").await.unwrap(), 1);
        holder = waiter;
    }
}
