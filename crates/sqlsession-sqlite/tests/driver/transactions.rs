use std::time::Duration;

use sqlsession_core::{
    ErrorKind, Value,
    driver::{Control, IsolationLevel, ServerTransaction},
};
use sqlsession_sqlite::SqliteOptions;

use crate::client::{Client, auto, deferred, driver, failed, file, immediate, read_only};

#[tokio::test]
async fn a_statement_begins_and_commit_ends() {
    let (_directory, options) = file();
    let driver = driver(options);
    let mut client = Client::open(&driver).await;
    client.in_transaction("create table t (a)", auto()).await.unwrap();
    assert_eq!(client.transaction(), ServerTransaction::Open);
    client.control(Control::Commit).await.unwrap();
    assert_eq!(client.transaction(), ServerTransaction::Idle);
    client.in_transaction("insert into t values (1)", auto()).await.unwrap();
    client.control(Control::Rollback).await.unwrap();
    let mut other = Client::open(&driver).await;
    assert_eq!(other.scalar("select count(*) from t").await, Value::I64(0));
}

#[tokio::test]
async fn commit_and_rollback_of_nothing_are_fine() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client.control(Control::Rollback).await.unwrap();
    client.control(Control::Commit).await.unwrap();
    client.control(Control::Ping).await.unwrap();
}

#[tokio::test]
async fn a_text_that_can_not_be_prepared_begins_nothing() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    failed(client.in_transaction("selec 1", immediate()).await);
    assert_eq!(client.transaction(), ServerTransaction::Idle);
}

#[tokio::test]
async fn the_first_statement_decides_the_mode() {
    let (_directory, options) = file();
    let driver = driver(options.with_timeout(Duration::from_millis(50)));
    let mut client = Client::open(&driver).await;
    client.execute("create table t (a)", vec![]).await.unwrap();
    let mut other = Client::open(&driver).await;
    // A reader leaves the write lock alone, a writer has it.
    for (first, begin, locked) in [
        ("select * from t", auto(), false),
        ("select * from t", immediate(), true),
        ("insert into t values (1)", auto(), true),
        ("select * from t", deferred(), false),
        ("insert into t values (1)", deferred(), true),
    ] {
        client.in_transaction(first, begin).await.unwrap();
        let result = other.execute("insert into t values (2)", vec![]).await;
        assert_eq!(result.is_err(), locked, "{first} {begin:?}");
        if let Err(error) = result {
            assert_eq!(error.kind(), ErrorKind::Busy);
            assert!(error.message().contains("write turn"), "{error}");
        }
        client.control(Control::Rollback).await.unwrap();
    }
}

#[tokio::test]
async fn a_read_only_transaction_refuses_writes_and_the_next_one_does_not() {
    let (_directory, options) = file();
    let mut client = Client::open(&driver(options)).await;
    client.execute("create table t (a)", vec![]).await.unwrap();
    client.in_transaction("select * from t", read_only()).await.unwrap();
    assert_eq!(failed(client.execute("insert into t values (1)", vec![]).await).kind(), ErrorKind::ReadOnly);
    client.control(Control::Rollback).await.unwrap();
    client.execute("insert into t values (1)", vec![]).await.unwrap();
    let error = failed(client.in_transaction("insert into t values (1)", read_only()).await);
    assert_eq!(error.kind(), ErrorKind::ReadOnly);
    client.control(Control::Rollback).await.unwrap();
    client.execute("insert into t values (1)", vec![]).await.unwrap();
    assert_eq!(client.scalar("select count(*) from t").await, Value::I64(2));
}

#[tokio::test]
async fn savepoints_nest() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client.execute("create table t (a)", vec![]).await.unwrap();
    client.in_transaction("insert into t values (1)", auto()).await.unwrap();
    client.control(Control::Savepoint(1)).await.unwrap();
    client.execute("insert into t values (2)", vec![]).await.unwrap();
    client.control(Control::Savepoint(2)).await.unwrap();
    client.execute("insert into t values (3)", vec![]).await.unwrap();
    client.control(Control::RollbackTo(2)).await.unwrap();
    failed(client.control(Control::Release(2)).await);
    client.control(Control::Release(1)).await.unwrap();
    client.control(Control::Commit).await.unwrap();
    assert_eq!(client.scalar("select sum(a) from t").await, Value::I64(3));
}

#[tokio::test]
async fn a_transaction_sqlite_ended_itself_shows() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client.execute("create table t (a unique)", vec![]).await.unwrap();
    client.in_transaction("insert into t values (1)", auto()).await.unwrap();
    failed(client.execute("insert or rollback into t values (1)", vec![]).await);
    assert_eq!(client.transaction(), ServerTransaction::Idle);
}

#[tokio::test]
async fn a_failed_commit_leaves_the_transaction_open() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client.script("create table a (id integer primary key); create table b (a references a (id) deferrable initially deferred)").await.unwrap();
    client.in_transaction("insert into b values (9)", auto()).await.unwrap();
    assert_eq!(failed(client.control(Control::Commit).await).kind(), ErrorKind::ForeignKeyViolation);
    assert_eq!(client.transaction(), ServerTransaction::Open);
    client.control(Control::Rollback).await.unwrap();
}

#[tokio::test]
async fn isolation_levels() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    let pragma = "pragma read_uncommitted";
    client.control(Control::Isolation(Some(IsolationLevel::ReadUncommitted))).await.unwrap();
    assert_eq!(client.scalar(pragma).await, Value::I64(1));
    client.control(Control::Isolation(None)).await.unwrap();
    assert_eq!(client.scalar(pragma).await, Value::I64(0));
    client.control(Control::Isolation(Some(IsolationLevel::Autocommit))).await.unwrap();
    let error = failed(client.control(Control::Isolation(Some(IsolationLevel::RepeatableRead))).await);
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[tokio::test]
async fn vacuum_runs_outside_of_transactions_only() {
    let (_directory, options) = file();
    let mut client = Client::open(&driver(options)).await;
    client.execute("vacuum", vec![]).await.unwrap();
    let error = failed(client.in_transaction("vacuum", auto()).await);
    assert!(error.message().contains("cannot VACUUM from within a transaction"), "{error}");
}

#[tokio::test]
async fn the_isolation_level_of_the_options_can_be_changed() {
    let options = SqliteOptions::in_memory().with_isolation_level(IsolationLevel::ReadUncommitted);
    let mut client = Client::open(&driver(options)).await;
    assert_eq!(client.scalar("pragma read_uncommitted").await, Value::I64(1));
    client.control(Control::Isolation(Some(IsolationLevel::Serializable))).await.unwrap();
    assert_eq!(client.scalar("pragma read_uncommitted").await, Value::I64(0));
    client.control(Control::Isolation(None)).await.unwrap();
    assert_eq!(client.scalar("pragma read_uncommitted").await, Value::I64(1));
}

/// Its own transaction is in the way, and waiting would hold up the other writers.
#[tokio::test]
async fn a_checkpoint_in_a_transaction_fails_at_once() {
    let (_directory, options) = file();
    let driver = driver(options.with_timeout(Duration::from_secs(60)));
    let mut client = Client::open(&driver).await;
    client.execute("create table t (a)", vec![]).await.unwrap();
    let checkpoint = client.in_transaction("pragma wal_checkpoint", auto());
    let error = failed(tokio::time::timeout(Duration::from_secs(30), checkpoint).await.expect("it waits"));
    assert_eq!((error.kind(), error.code()), (ErrorKind::InvalidState, Some("6")));
    client.control(Control::Rollback).await.unwrap();
    client.execute("pragma wal_checkpoint", vec![]).await.unwrap();
}
