//! Rows in bulk.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use sqlsession_core::{
    ErrorKind, IntoRow, Value,
    bulk::BulkRows,
    driver::{BulkRequest, Control, DriverConnection, Operation, ServerTransaction},
};
use sqlsession_sqlite::{JournalMode, SqliteOptions};

use crate::client::{Client, auto, driver, failed, file};

fn bulk<R>(table: &str, columns: &[&str], rows: R) -> BulkRequest
where
    R: IntoIterator<Item: IntoRow, IntoIter: Send + 'static>,
{
    let columns = columns.iter().map(|name| (*name).to_owned()).collect();
    BulkRequest::new(table.parse().unwrap(), columns, BulkRows::new(rows))
}

/// Numbers without end, and how many of them were taken.
fn endless() -> (Arc<AtomicI64>, impl Iterator<Item = [i64; 1]> + Send + 'static) {
    let taken = Arc::new(AtomicI64::new(0));
    let counter = taken.clone();
    (taken, std::iter::repeat_with(move || [counter.fetch_add(1, Ordering::SeqCst) + 1]))
}

async fn table(options: SqliteOptions) -> Client {
    let mut client = Client::open(&driver(options)).await;
    client.script("create table t (id integer primary key check (id < 1000), name text)").await.unwrap();
    client
}

async fn count(client: &mut Client) -> Value {
    client.scalar("select count(*) from t").await
}

#[tokio::test]
async fn rows_are_inserted_and_counted() {
    let mut client = table(SqliteOptions::in_memory()).await;
    let rows = (1..=900).map(|id| (id, format!("user {id}")));
    let mut request = bulk("main.t", &["id", "name"], rows);
    request.begin = Some(auto());
    let outcome = client.bulk(request).await.unwrap();
    assert_eq!((outcome.rows_affected, outcome.last_insert_id), (Some(900), Some(900)));
    assert_eq!(client.transaction(), ServerTransaction::Open);
    assert_eq!(count(&mut client).await, Value::I64(900));
    assert_eq!(client.scalar("select name from t where id = 77").await, Value::Text("user 77".into()));
    client.control(Control::Rollback).await.unwrap();
    assert_eq!(count(&mut client).await, Value::I64(0));
}

#[tokio::test]
async fn names_are_never_sql() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client.script(r#"create table "a"") values (1); drop table x; --" ("b "" c" integer)"#).await.unwrap();
    let table = r#""a"") values (1); drop table x; --""#;
    client.bulk(bulk(table, &["b \" c"], [[7]])).await.unwrap();
    let read = format!("select \"b \"\" c\" from {table}");
    assert_eq!(client.scalar(&read).await, Value::I64(7));
    let error = failed(client.bulk(bulk(table, &["b"], [[7]])).await);
    assert_eq!(error.kind(), ErrorKind::UndefinedColumn);
    let error = failed(client.bulk(bulk("a", &["b"], [[7]])).await);
    assert_eq!(error.kind(), ErrorKind::UndefinedTable);
}

#[tokio::test]
async fn one_that_fails_leaves_none_of_its_rows_and_what_was_there() {
    let mut client = table(SqliteOptions::in_memory()).await;
    for in_transaction in [true, false] {
        if in_transaction {
            client.in_transaction("insert into t values (500, 'a')", auto()).await.unwrap();
        }
        // Rows are pulled one by one: nothing is taken of an endless source behind the one that fails.
        let (taken, rows) = endless();
        let error = failed(client.bulk(bulk("t", &["id"], rows)).await);
        let (kind, number) = if in_transaction {
            (ErrorKind::UniqueViolation, 500)
        } else {
            (ErrorKind::CheckViolation, 1000)
        };
        assert_eq!((error.kind(), taken.load(Ordering::SeqCst)), (kind, number));
        let unbindable = [[Value::I64(1)], [Value::F64(f64::NAN)]];
        assert_eq!(failed(client.bulk(bulk("t", &["id"], unbindable)).await).kind(), ErrorKind::OutOfRange);
        let panics = (1..).map(|id| {
            assert!(id < 5, "boom");
            [id]
        });
        assert_eq!(failed(client.bulk(bulk("t", &["id"], panics)).await).kind(), ErrorKind::InvalidState);
        let left = i64::from(in_transaction);
        assert_eq!(count(&mut client).await, Value::I64(left));
        let state = if in_transaction { ServerTransaction::Open } else { ServerTransaction::Idle };
        assert_eq!(client.transaction(), state);
        client.control(Control::Rollback).await.unwrap();
    }
}

/// Nothing else is in its transaction, which goes with it and begins again with what comes next.
#[tokio::test]
async fn one_that_begins_its_transaction_and_fails_takes_it_along() {
    let mut client = table(SqliteOptions::in_memory()).await;
    let begins = |first| {
        let mut request = bulk("t", &["id"], (first..).map(|id| [id]).take(10));
        request.begin = Some(auto());
        request
    };
    assert_eq!(failed(client.bulk(begins(995)).await).kind(), ErrorKind::CheckViolation);
    assert_eq!((client.transaction(), count(&mut client).await), (ServerTransaction::Idle, Value::I64(0)));
    client.bulk(begins(1)).await.unwrap();
    // One that comes behind goes back to where it began.
    assert_eq!(failed(client.bulk(begins(995)).await).kind(), ErrorKind::CheckViolation);
    assert_eq!((client.transaction(), count(&mut client).await), (ServerTransaction::Open, Value::I64(10)));
    client.control(Control::Rollback).await.unwrap();
}

#[tokio::test]
async fn a_constraint_that_rolls_back_takes_the_transaction_along() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client.script("create table t (id integer primary key on conflict rollback)").await.unwrap();
    client.in_transaction("insert into t values (1)", auto()).await.unwrap();
    let error = failed(client.bulk(bulk("t", &["id"], [[2], [1]])).await);
    assert_eq!((error.kind(), client.transaction()), (ErrorKind::UniqueViolation, ServerTransaction::Idle));
    assert_eq!(count(&mut client).await, Value::I64(0));
}

#[tokio::test]
async fn outside_of_a_transaction_it_is_one_of_its_own() {
    let (_directory, options) = file();
    let mut client = table(options.clone()).await;
    client.bulk(bulk("t", &["id"], [[1], [2]])).await.unwrap();
    assert_eq!(client.transaction(), ServerTransaction::Idle);
    let mut other = Client::open(&driver(options)).await;
    assert_eq!(count(&mut other).await, Value::I64(2));
}

#[tokio::test]
async fn a_cancel_ends_it_in_the_middle() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client.script("create table t (id integer)").await.unwrap();
    let canceller = client.connection.as_ref().unwrap().canceller();
    for begin in [None, Some(auto())] {
        let (taken, rows) = endless();
        let mut request = bulk("t", &["id"], rows);
        request.begin = begin;
        let Operation::Running(operation) = client.take().bulk_insert(request) else {
            panic!("a bulk insert takes its time")
        };
        let operation = tokio::spawn(operation);
        while taken.load(Ordering::SeqCst) < 100 {
            tokio::task::yield_now().await;
        }
        canceller.cancel().await;
        let finished = operation.await.unwrap();
        client.connection = finished.connection;
        assert_eq!(failed(finished.result).kind(), ErrorKind::Cancelled);
        assert_eq!(count(&mut client).await, Value::I64(0));
        client.control(Control::Rollback).await.unwrap();
    }
}

#[tokio::test]
async fn a_source_that_takes_its_time_is_cancelled_between_two_rows() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client.script("create table t (id integer)").await.unwrap();
    let canceller = client.connection.as_ref().unwrap().canceller();
    let (asked, asking) = std::sync::mpsc::channel();
    let (go, may_go) = std::sync::mpsc::channel::<()>();
    let rows = (0..2).map(move |id| {
        if id == 1 {
            asked.send(()).unwrap();
            may_go.recv().unwrap();
        }
        [id]
    });
    let Operation::Running(operation) = client.take().bulk_insert(bulk("t", &["id"], rows)) else {
        panic!("a bulk insert takes its time")
    };
    let operation = tokio::spawn(operation);
    while asking.try_recv().is_err() {
        tokio::task::yield_now().await;
    }
    canceller.cancel().await;
    go.send(()).unwrap();
    let finished = operation.await.unwrap();
    client.connection = finished.connection;
    assert_eq!(failed(finished.result).kind(), ErrorKind::Cancelled);
    assert_eq!(client.transaction(), ServerTransaction::Idle);
    assert_eq!(count(&mut client).await, Value::I64(0));
}

#[tokio::test]
async fn a_timeout_ends_it() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client.script("create table t (id integer)").await.unwrap();
    let mut request = bulk("t", &["id"], endless().1);
    request.options.timeout = Some(Duration::from_millis(20));
    assert_eq!(failed(client.bulk(request).await).kind(), ErrorKind::StatementTimeout);
    assert_eq!(count(&mut client).await, Value::I64(0));
}

/// The commit of a bulk insert outside of a transaction has to wait for readers where there is no write-ahead log.
#[tokio::test]
async fn its_commit_waits_for_a_reader_or_gives_up() {
    let (_directory, options) = file();
    let options = options.with_journal_mode(JournalMode::Delete);
    drop(table(options.clone()).await);
    let mut reader = Client::open(&driver(options.clone())).await;
    for patient in [true, false] {
        let patience = Duration::from_millis(if patient { 60_000 } else { 30 });
        let mut client = Client::open(&driver(options.clone().with_timeout(patience))).await;
        reader.in_transaction("select * from t", auto()).await.unwrap();
        let (ended, ends) = tokio::sync::oneshot::channel();
        let rows = (1..=2).map(|id| [id]).chain(std::iter::once_with(move || {
            let _ = ended.send(());
            [3]
        }));
        let Operation::Running(operation) = client.take().bulk_insert(bulk("t", &["id"], rows)) else {
            panic!("a bulk insert takes its time")
        };
        let operation = tokio::spawn(operation);
        ends.await.unwrap();
        if patient {
            reader.control(Control::Rollback).await.unwrap();
        }
        let finished = operation.await.unwrap();
        client.connection = finished.connection;
        assert_eq!(client.transaction(), ServerTransaction::Idle);
        if patient {
            assert_eq!(finished.result.unwrap().rows_affected, Some(3));
        } else {
            assert_eq!(failed(finished.result).kind(), ErrorKind::Busy);
            reader.control(Control::Rollback).await.unwrap();
        }
        assert_eq!(count(&mut client).await, Value::I64(if patient { 3 } else { 0 }));
        client.execute("delete from t", vec![]).await.unwrap();
    }
}

#[tokio::test]
async fn it_waits_for_its_turn() {
    let (_directory, options) = file();
    let driver = driver(options);
    let mut client = Client::open(&driver).await;
    let mut writer = Client::open(&driver).await;
    writer.script("create table t (id integer)").await.unwrap();
    writer.in_transaction("insert into t values (1)", auto()).await.unwrap();
    let (taken, rows) = endless();
    let mut request = bulk("t", &["id"], rows.take(5));
    request.begin = Some(auto());
    let Operation::Running(operation) = client.take().bulk_insert(request) else {
        panic!("another one is writing")
    };
    let operation = tokio::spawn(operation);
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    assert_eq!(taken.load(Ordering::SeqCst), 0);
    writer.control(Control::Commit).await.unwrap();
    let finished = operation.await.unwrap();
    assert_eq!(finished.result.unwrap().rows_affected, Some(5));
    client.connection = finished.connection;
    client.control(Control::Commit).await.unwrap();
    assert_eq!(count(&mut writer).await, Value::I64(6));
}
