use std::{
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use sqlsession_core::{
    EngineOptions, ErrorKind, Value,
    blocking::{Connection, Engine},
    driver::{Control, Driver, DriverConnection},
    events::{CloseEvent, Events},
};
use sqlsession_sqlite::{OpenMode, SqliteDriver, SqliteEngine, SqliteOptions};

use crate::client::{Client, auto, driver, failed, file};

#[tokio::test]
async fn connections_share_the_database_and_engines_do_not() {
    let one = driver(SqliteOptions::in_memory());
    let mut client = Client::open(&one).await;
    client.script("create table t (a); insert into t values (1)").await.unwrap();
    let mut other = Client::open(&one).await;
    assert_eq!(other.scalar("select a from t").await, Value::I64(1));
    let mut stranger = Client::open(&driver(SqliteOptions::in_memory())).await;
    assert_eq!(stranger.scalar("select count(*) from sqlite_master").await, Value::I64(0));
}

#[tokio::test]
async fn it_lives_without_connections_until_it_is_disposed_of() {
    let one = driver(SqliteOptions::in_memory());
    let mut client = Client::open(&one).await;
    client.execute("create table t (a)", vec![]).await.unwrap();
    client.take().close().await;
    let mut client = Client::open(&one).await;
    assert_eq!(client.scalar("select count(*) from t").await, Value::I64(0));
    client.take().close().await;
    one.disposed();
    let mut client = Client::open(&one).await;
    assert_eq!(failed(client.execute("select * from t", vec![]).await).kind(), ErrorKind::UndefinedTable);
}

#[tokio::test]
async fn a_reader_waits_for_the_writer() {
    let one = driver(SqliteOptions::in_memory());
    let mut writer = Client::open(&one).await;
    writer.script("create table t (a); insert into t values (1)").await.unwrap();
    writer.in_transaction("update t set a = 2", auto()).await.unwrap();
    let mut reader = Client::open(&one).await;
    let reading = tokio::spawn(async move { reader.scalar("select a from t").await });
    tokio::time::sleep(Duration::from_millis(30)).await;
    assert!(!reading.is_finished());
    writer.control(Control::Commit).await.unwrap();
    assert_eq!(reading.await.unwrap(), Value::I64(2));
    // Reading took the turn only for a moment.
    writer.execute("update t set a = 3", vec![]).await.unwrap();
}

#[tokio::test]
async fn a_commit_waits_for_readers() {
    let one = driver(SqliteOptions::in_memory());
    let mut writer = Client::open(&one).await;
    writer.script("create table t (a); insert into t values (1)").await.unwrap();
    let mut reader = Client::open(&one).await;
    reader.in_transaction("select * from t", auto()).await.unwrap();
    writer.in_transaction("update t set a = 2", auto()).await.unwrap();
    let committing = tokio::spawn(async move { writer.control(Control::Commit).await });
    tokio::time::sleep(Duration::from_millis(30)).await;
    assert!(!committing.is_finished());
    // A reader that wants to write would wait for the one that waits for it.
    assert_eq!(failed(reader.execute("update t set a = 3", vec![]).await).kind(), ErrorKind::Busy);
    reader.control(Control::Rollback).await.unwrap();
    committing.await.unwrap().unwrap();
    assert_eq!(reader.scalar("select a from t").await, Value::I64(2));
}

async fn refused(options: SqliteOptions) -> sqlsession_core::Error {
    failed(driver(options).connect().await)
}

#[tokio::test]
async fn files_that_can_not_be_opened() {
    let (directory, options) = file();
    let error = refused(SqliteOptions::new(directory.path().join("no/such/dir.db"))).await;
    assert_eq!(error.kind(), ErrorKind::ConnectionFailed);
    assert!(error.message().contains("no/such/dir.db"), "{error}");
    assert_eq!(refused(options.with_mode(OpenMode::ReadWrite)).await.kind(), ErrorKind::ConnectionFailed);
    let text = directory.path().join("text.db");
    std::fs::write(&text, "this is no database, but long enough to be taken for one".repeat(20)).unwrap();
    assert_eq!(refused(SqliteOptions::new(text)).await.kind(), ErrorKind::Corrupt);
}

#[tokio::test]
async fn a_file_opened_for_reading_refuses_writes() {
    let (_directory, options) = file();
    let mut client = Client::open(&driver(options.clone())).await;
    client.execute("create table t (a)", vec![]).await.unwrap();
    assert_eq!(client.scalar("pragma journal_mode").await, Value::Text("wal".into()));
    assert_eq!(client.scalar("pragma foreign_keys").await, Value::I64(1));
    let mut reader = Client::open(&driver(options.with_mode(OpenMode::ReadOnly))).await;
    assert_eq!(reader.scalar("select count(*) from t").await, Value::I64(0));
    assert_eq!(failed(reader.execute("insert into t values (1)", vec![]).await).kind(), ErrorKind::ReadOnly);
}

#[tokio::test]
async fn odd_names_are_names() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["with space.db", "a#b?c%20.db", "\u{fc}n\u{ef}.db"] {
        let path = directory.path().join(name);
        let mut client = Client::open(&driver(SqliteOptions::new(&path))).await;
        client.execute("create table t (a)", vec![]).await.unwrap();
        client.take().close().await;
        assert!(path.exists(), "{name}");
        let mut client = Client::open(&driver(SqliteOptions::new(&path).with_immutable(true))).await;
        assert_eq!(client.scalar("select count(*) from t").await, Value::I64(0), "{name}");
    }
}

#[tokio::test]
async fn a_uri_may_be_immutable_by_code_too() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("x.db");
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("create table t (a); begin exclusive").unwrap();
    let file = format!("file:{}", path.display());
    for uri in
        [file.clone(), format!("{file}#fragment"), format!("{file}?psow=1"), format!("{file}?psow=1#f")]
    {
        // What nobody changes need not be locked.
        let mut client = Client::open(&driver(SqliteOptions::from_uri(&*uri).with_immutable(true))).await;
        assert_eq!(client.scalar("select count(*) from t").await, Value::I64(0), "{uri}");
    }
}

#[test]
fn a_driver_is_made_without_io() {
    let driver =
        SqliteDriver::new(SqliteOptions::new("/no/such/place.db"), sqlsession_core::driver::Face::Async);
    assert!(!driver.options().is_memory());
}

/// Opens a connection and makes a table where the first is closed, and keeps it.
#[derive(Debug, Default)]
struct Opener {
    engine: OnceLock<Engine>,
    kept: Mutex<Option<Connection>>,
}

impl Events for Opener {
    fn close(&self, _: CloseEvent) {
        let mut kept = self.kept.lock().unwrap();
        if kept.is_none() {
            let mut connection = self.engine.get().unwrap().connect().unwrap();
            connection.execute_and_commit("create table t (a)").unwrap();
            *kept = Some(connection);
        }
    }
}

#[test]
fn what_a_pool_opens_while_it_is_disposed_of_shares_the_next_database() {
    let opener = Arc::new(Opener::default());
    let options = EngineOptions::default().blocking().listen(opener.clone());
    let engine = SqliteEngine::with_options("sqlite://", options).unwrap().to_blocking().unwrap();
    opener.engine.set(engine.clone()).unwrap();
    engine.connect().unwrap().execute_and_commit("create table former (a)").unwrap();
    engine.dispose().unwrap();
    let mut session = engine.session_maker().session();
    assert_eq!(session.scalars::<String>("select name from sqlite_master").unwrap(), ["t"]);
}
