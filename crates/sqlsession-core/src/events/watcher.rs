use std::{
    fmt::{self, Debug},
    time::Duration,
};

use crate::{Error, ErrorKind, Value, pool::CloseReason};

/// Called as an engine's connections and transactions go through their life.
///
/// Every method does nothing by default. They are called on the path of the user's statement: a slow one slows it.
/// The names and their order are SQLAlchemy's: `begin` is announced when a transaction starts, although BEGIN may
/// travel with its first statement, and `reset` at every return to the pool.
pub trait Events: Debug + Send + Sync {
    /// An attempt to open a connection ended, well or with an error.
    fn open(&self, event: OpenEvent<'_>) {
        let _ = event;
    }

    /// A physical connection was opened.
    fn connect(&self, event: ConnectionEvent) {
        let _ = event;
    }

    /// Somebody waited for a connection to come back, and has one or has given up. Told before `checkout`.
    fn wait(&self, event: WaitEvent) {
        let _ = event;
    }

    /// A connection left the pool.
    fn checkout(&self, event: ConnectionEvent) {
        let _ = event;
    }

    /// A transaction started.
    fn begin(&self, event: ConnectionEvent) {
        let _ = event;
    }

    /// A statement is about to run.
    fn before_statement(&self, event: StatementEvent<'_>) {
        let _ = event;
    }

    /// A statement ended, well or with this error, after so long.
    fn after_statement(&self, event: StatementEvent<'_>, elapsed: Duration, error: Option<&Error>) {
        let _ = (event, elapsed, error);
    }

    /// A savepoint was set.
    fn savepoint(&self, event: SavepointEvent) {
        let _ = event;
    }

    /// A savepoint was released.
    fn release_savepoint(&self, event: SavepointEvent) {
        let _ = event;
    }

    /// The transaction went back to a savepoint.
    fn rollback_savepoint(&self, event: SavepointEvent) {
        let _ = event;
    }

    /// The transaction is about to be committed.
    fn commit(&self, event: ConnectionEvent) {
        let _ = event;
    }

    /// A commit ended, well or with this error: nothing was committed then, but after `CommitUnknown`, where nobody knows,
    /// and `StatementCommitted`. One that was sent along with its last statement is not announced, but where it went well. It
    /// may be told behind `close`, if the connection was lost with it.
    fn after_commit(&self, event: ConnectionEvent, error: Option<&Error>) {
        let _ = (event, error);
    }

    /// The transaction is about to be rolled back.
    fn rollback(&self, event: ConnectionEvent) {
        let _ = event;
    }

    /// The connection is made ready for its next user.
    fn reset(&self, event: ConnectionEvent) {
        let _ = event;
    }

    /// The connection went back to the pool.
    fn checkin(&self, event: ConnectionEvent) {
        let _ = event;
    }

    /// The connection was found lost, or was thrown away on request. Of idle ones that were lost together, the first that
    /// is found.
    fn invalidate(&self, event: ConnectionEvent) {
        let _ = event;
    }

    /// The connection was closed, for this reason.
    fn close(&self, event: CloseEvent) {
        let _ = event;
    }

    /// A unit of work failed and is about to run again.
    fn retry(&self, event: RetryEvent) {
        let _ = event;
    }
}

/// An attempt to open a connection ended.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct OpenEvent<'a> {
    /// How long it took.
    pub elapsed: Duration,
    /// Why there is none.
    pub error: Option<&'a Error>,
}

/// A checkout has waited for a connection to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct WaitEvent {
    /// How long.
    pub elapsed: Duration,
    /// Why in vain: `PoolTimeout`, `PoolClosed`, or what keeps connections from being opened.
    pub error: Option<ErrorKind>,
}

/// Something happened to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionEvent {
    /// The connection's number within its engine, from 1 in the order of connecting.
    pub connection: u64,
}

/// A connection was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CloseEvent {
    /// The connection's number.
    pub connection: u64,
    /// Why.
    pub reason: CloseReason,
}

/// A unit of work is about to run again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryEvent {
    /// How often it has run and failed.
    pub failures: u32,
    /// How it failed last.
    pub kind: ErrorKind,
    /// How long it waits before it runs again.
    pub delay: Duration,
}

/// Something happened to a savepoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SavepointEvent {
    /// The connection's number.
    pub connection: u64,
    /// The savepoint's number within its transaction, from 1.
    pub savepoint: u32,
}

/// A statement on its way.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct StatementEvent<'a> {
    /// The connection's number.
    pub connection: u64,
    /// The text as the driver gets it.
    pub sql: &'a str,
    /// How many sets of values it runs with; 1 unless it is `execute_many`.
    pub sets: usize,
    pub(super) values: &'a [Vec<Value>],
}

impl<'a> StatementEvent<'a> {
    /// The sets of values, each in the order of the placeholders: only [before](Events::before_statement) the statement, and
    /// none for a bulk insert, whose rows are made while it runs. They may be secrets: whoever writes them down was asked to.
    #[must_use]
    pub fn values(&self) -> &'a [Vec<Value>] {
        self.values
    }
}

/// Without the values.
impl Debug for StatementEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatementEvent")
            .field("connection", &self.connection)
            .field("sql", &self.sql)
            .field("sets", &self.sets)
            .finish_non_exhaustive()
    }
}
