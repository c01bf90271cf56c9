//! A connection driven as a session drives it, without one.

use std::{
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::Duration,
};

use sqlsession_core::{
    Error, Result, Value, ValueRef,
    driver::{
        Begin, BeginMode, BulkRequest, Control, Driver, DriverConnection, Face, Finished, ManyRequest,
        Operation, Outcome, Request, ServerTransaction,
    },
    statement::CompiledText,
};
use sqlsession_sqlite::{SqliteConnection, SqliteDriver, SqliteOptions};
use tempfile::TempDir;

pub(crate) fn driver(options: SqliteOptions) -> SqliteDriver {
    SqliteDriver::new(options, Face::Async)
}

/// A file that goes with the directory.
pub(crate) fn file() -> (TempDir, SqliteOptions) {
    let directory = tempfile::tempdir().unwrap();
    let options = SqliteOptions::new(directory.path().join("test.db"));
    (directory, options)
}

pub(crate) fn text(sql: &str) -> Arc<CompiledText> {
    Arc::new(CompiledText::raw(sql))
}

pub(crate) fn request(sql: &str, values: Vec<Value>) -> Request {
    Request::new(text(sql), values)
}

/// A text that is known to be quick, so that it runs inline.
pub(crate) fn quick(sql: &str) -> Arc<CompiledText> {
    let text = text(sql);
    text.cost().record(Duration::from_micros(5));
    text
}

pub(crate) fn auto() -> Begin {
    Begin::new(BeginMode::Auto, false)
}

pub(crate) fn immediate() -> Begin {
    Begin::new(BeginMode::Immediate, false)
}

pub(crate) fn deferred() -> Begin {
    Begin::new(BeginMode::Deferred, false)
}

pub(crate) fn read_only() -> Begin {
    Begin::new(BeginMode::Auto, true)
}

pub(crate) struct Client {
    pub(crate) connection: Option<SqliteConnection>,
}

impl Client {
    pub(crate) async fn open(driver: &SqliteDriver) -> Self {
        Self { connection: Some(driver.connect().await.unwrap()) }
    }

    pub(crate) fn take(&mut self) -> SqliteConnection {
        self.connection.take().expect("the connection was given back")
    }

    /// Drives an operation to its end.
    pub(crate) async fn end(&mut self, operation: Operation<SqliteConnection>) -> Result<Outcome> {
        let (connection, result) = match operation {
            Operation::Done(connection, result) => (Some(connection), result),
            Operation::Running(future) => {
                let Finished { connection, result } = future.await;
                (connection, result)
            }
        };
        self.connection = connection;
        result
    }

    pub(crate) async fn request(&mut self, request: Request) -> Result<Outcome> {
        let operation = self.take().execute(request);
        self.end(operation).await
    }

    pub(crate) async fn execute(&mut self, sql: &str, values: Vec<Value>) -> Result<Outcome> {
        self.request(request(sql, values)).await
    }

    /// Runs a statement in a transaction, which it begins if none is open.
    pub(crate) async fn in_transaction(&mut self, sql: &str, begin: Begin) -> Result<Outcome> {
        let mut request = request(sql, vec![]);
        request.begin = Some(begin);
        self.request(request).await
    }

    pub(crate) async fn many(&mut self, request: ManyRequest) -> Result<Outcome> {
        let operation = self.take().execute_many(request);
        self.end(operation).await
    }

    pub(crate) async fn bulk(&mut self, request: BulkRequest) -> Result<Outcome> {
        let operation = self.take().bulk_insert(request);
        self.end(operation).await
    }

    pub(crate) async fn script(&mut self, sql: &str) -> Result<Outcome> {
        let operation = self.take().script(sql.into());
        self.end(operation).await
    }

    pub(crate) async fn control(&mut self, control: Control) -> Result<Outcome> {
        let operation = self.take().control(control);
        self.end(operation).await
    }

    pub(crate) async fn rows(&mut self, sql: &str) -> Vec<Vec<Value>> {
        rows(&self.execute(sql, vec![]).await.unwrap())
    }

    /// The first value of the first row.
    pub(crate) async fn scalar(&mut self, sql: &str) -> Value {
        self.rows(sql).await.remove(0).remove(0)
    }

    pub(crate) fn transaction(&self) -> ServerTransaction {
        self.connection.as_ref().unwrap().server_transaction()
    }
}

pub(crate) fn rows(outcome: &Outcome) -> Vec<Vec<Value>> {
    let batch = outcome.rows.as_ref().expect("the statement returns rows");
    let width = batch.columns().len();
    (0..batch.len())
        .map(|row| (0..width).map(|column| owned(batch.value(row, column).unwrap())).collect())
        .collect()
}

pub(crate) fn names(outcome: &Outcome) -> Vec<String> {
    outcome.rows.as_ref().unwrap().columns().names().map(str::to_owned).collect()
}

fn owned(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::I64(value) => Value::I64(value),
        ValueRef::F64(value) => Value::F64(value),
        ValueRef::Text(value) => Value::Text(value.to_owned()),
        ValueRef::Bytes(value) => Value::Bytes(value.to_owned()),
        other => panic!("SQLite gives no {other:?}"),
    }
}

pub(crate) fn failed<T: std::fmt::Debug>(result: Result<T>) -> Error {
    result.expect_err("it must fail")
}

/// Waits on this thread, with no runtime.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        thread::park();
    }
}
