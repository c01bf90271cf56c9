use std::time::Duration;

use sqlsession_core::{
    ErrorKind, Value,
    driver::{
        Control, Driver, DriverConnection, Face, Finished, Operation, RowReceiver, ServerTransaction,
        row_channel,
    },
};
use sqlsession_sqlite::{JournalMode, SqliteDriver, SqliteOptions};

use crate::client::{Client, auto, block_on, driver, failed, file, request};

const ROWS: &str = "with recursive c (n) as (select 1 union all select n + 1 from c where n < 1000) select n, 'row ' || n as t from c";

/// Reads a stream to its end beside the operation: the sizes of its batches, and the connection back.
async fn read(
    client: &mut Client,
    sql: &str,
    batch_rows: usize,
) -> (Vec<usize>, sqlsession_core::Result<()>) {
    let (sender, mut receiver) = row_channel();
    let mut request = request(sql, vec![]);
    request.options.batch_rows = batch_rows;
    let Operation::Running(future) = client.take().stream(request, sender) else {
        panic!("a stream takes time")
    };
    let reading = async {
        let mut sizes = Vec::new();
        while let Some(batch) = receiver.next().await {
            sizes.push(batch.len());
        }
        sizes
    };
    let (Finished { connection, result }, sizes) = tokio::join!(future, reading);
    client.connection = connection;
    (sizes, result.map(drop))
}

#[tokio::test]
async fn rows_come_in_batches() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    let (sizes, result) = read(&mut client, ROWS, 0).await;
    result.unwrap();
    assert_eq!(sizes, [256, 256, 256, 232]);
    let (sizes, result) = read(&mut client, ROWS, 500).await;
    result.unwrap();
    assert_eq!(sizes, [500, 500]);
}

#[tokio::test]
async fn large_rows_make_small_batches() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    let large = "with recursive c (n) as (select 1 union all select n + 1 from c where n < 6) select zeroblob(200000) from c";
    let (sizes, result) = read(&mut client, large, 0).await;
    result.unwrap();
    assert_eq!(sizes, [2, 2, 2]);
}

#[tokio::test]
async fn no_rows_are_one_batch_with_columns() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    let (sizes, result) = read(&mut client, "select 1 where false", 0).await;
    result.unwrap();
    assert_eq!(sizes, [0]);
}

#[tokio::test]
async fn an_error_comes_after_the_rows() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client
        .script("create table t (a); insert into t values (3), (2), (1), (-9223372036854775808)")
        .await
        .unwrap();
    let (sizes, result) = read(&mut client, "select abs(a) from t", 1).await;
    assert_eq!(sizes, [1, 1, 1]);
    assert!(failed(result).message().contains("integer overflow"));
    let (sizes, result) = read(&mut client, "select * from nowhere", 0).await;
    assert_eq!((sizes, failed(result).kind()), (vec![], ErrorKind::UndefinedTable));
}

async fn leave(
    mut receiver: RowReceiver,
    future: impl Future<Output = Finished<sqlsession_sqlite::SqliteConnection>>,
) -> Client {
    let reading = async {
        let first = receiver.next().await.unwrap();
        assert_eq!(first.value(9, 0), Some(sqlsession_core::ValueRef::I64(10)));
        drop(receiver);
    };
    let (Finished { connection, result }, ()) = tokio::join!(future, reading);
    result.unwrap();
    Client { connection }
}

const ENDLESS: &str = "with recursive c (n) as (select 1 union all select n + 1 from c) select n from c";

#[tokio::test]
async fn a_stream_that_is_left_gives_the_connection_back() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    let (sender, receiver) = row_channel();
    let mut request = request(ENDLESS, vec![]);
    request.begin = Some(auto());
    let Operation::Running(future) = client.take().stream(request, sender) else {
        panic!("a stream takes time")
    };
    let mut client = tokio::time::timeout(Duration::from_secs(10), leave(receiver, future)).await.unwrap();
    assert_eq!(client.transaction(), ServerTransaction::Open);
    client.control(Control::Rollback).await.unwrap();
    assert_eq!(client.scalar("select 1").await, Value::I64(1));
}

/// Outside of a transaction the end of a statement is its commit, which somebody who reads may keep from happening.
#[tokio::test]
async fn a_stream_that_writes_runs_to_its_end_and_tells_its_error() {
    let (_directory, options) = file();
    let timeout = Duration::from_millis(100);
    let driver = driver(options.with_journal_mode(JournalMode::Delete).with_timeout(timeout));
    let mut client = Client::open(&driver).await;
    client.script("create table t (n integer)").await.unwrap();
    let mut other = Client::open(&driver).await;
    let insert = "with recursive c (n) as (select 1 union all select n + 1 from c where n < 5000) insert into t select n from c returning n";
    for (is_read, rows) in [(false, 5000), (true, 5000)] {
        if is_read {
            other.in_transaction("select count(*) from t", auto()).await.unwrap();
        }
        let (sender, mut receiver) = row_channel();
        let Operation::Running(future) = client.take().stream(request(insert, vec![]), sender) else {
            panic!("a stream takes time")
        };
        let leaving = async move { assert_eq!(receiver.next().await.unwrap().len(), 256) };
        let (Finished { connection, result }, ()) = tokio::join!(future, leaving);
        client.connection = connection;
        assert_eq!(result.err().map(|error| error.kind()), is_read.then_some(ErrorKind::Busy));
        assert_eq!(client.transaction(), ServerTransaction::Idle);
        assert_eq!(client.scalar("select count(*) from t").await, Value::I64(rows));
    }
}

#[tokio::test]
async fn a_timeout_ends_a_stream_but_not_for_a_slow_reader() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    let (sender, mut receiver) = row_channel();
    let mut request = request(ROWS, vec![]);
    request.options.timeout = Some(Duration::from_millis(100));
    request.options.batch_rows = 100;
    let Operation::Running(future) = client.take().stream(request, sender) else {
        panic!("a stream takes time")
    };
    let reading = async {
        let mut rows = 0;
        while let Some(batch) = receiver.next().await {
            rows += batch.len();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        rows
    };
    let (Finished { connection, result }, rows) = tokio::join!(future, reading);
    result.unwrap();
    assert_eq!(rows, 1000);

    let mut client = Client { connection };
    let (sender, mut receiver) = row_channel();
    let mut request = crate::client::request(ENDLESS, vec![]);
    request.options.timeout = Some(Duration::from_millis(50));
    let Operation::Running(future) = client.take().stream(request, sender) else {
        panic!("a stream takes time")
    };
    let reading = async { while receiver.next().await.is_some() {} };
    let (Finished { result, .. }, ()) = tokio::join!(future, reading);
    assert_eq!(failed(result).kind(), ErrorKind::StatementTimeout);
}

#[test]
fn a_blocking_engine_streams_too() {
    let driver = SqliteDriver::new(SqliteOptions::in_memory(), Face::Blocking);
    let connection = block_on(driver.connect()).unwrap();
    let (sender, mut receiver) = row_channel();
    let Operation::Running(future) = connection.stream(request(ROWS, vec![]), sender) else {
        panic!("a stream takes time")
    };
    let mut rows = 0;
    while let Some(batch) = block_on(receiver.next()) {
        rows += batch.len();
    }
    let Finished { connection, result } = block_on(future);
    result.unwrap();
    assert_eq!((rows, connection.is_some()), (1000, true));
}
