use std::{sync::Arc, time::Duration};

use super::Begin;
use crate::{Value, row::RowSink, statement::CompiledText};

/// A statement to run.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Request {
    /// The text in the driver's placeholder style, with what is remembered about it.
    pub text: Arc<CompiledText>,
    /// The values, in the order of the placeholders.
    pub values: Vec<Value>,
    /// A transaction to open first, if none is open: it rides with the statement where the driver can do that.
    /// When it fails, the statement must not have run, or the driver says
    /// [`StatementCommitted`](crate::ErrorKind::StatementCommitted) and gives the connection up.
    pub begin: Option<Begin>,
    /// The transaction is over with this statement: COMMIT goes out with it where the driver can do that.
    ///
    /// Nothing may be committed when the statement fails. Core looks at the
    /// [server's word](super::DriverConnection::server_transaction) afterwards and commits what is still open, so a
    /// driver that cannot join the two leaves the transaction open.
    pub commit: bool,
    /// The statement is all of the transaction that is begun and committed with it, and does the same outside of one: a
    /// server that makes each statement a transaction by itself needs neither BEGIN nor COMMIT.
    pub stands_alone: bool,
    /// Every result is wanted: those behind the first are [`Outcome::further`](super::Outcome::further).
    ///
    /// The text may then hold several statements, without values, if the
    /// [dialect](super::Dialect::several_statements) says so. Core takes it apart otherwise.
    pub all_results: bool,
    /// Where rows are wanted while others are still on their way, of a statement that may give very many. A driver that reads
    /// all rows before it hands on any can leave it alone.
    pub sink: Option<RowSink>,
    /// How to run it.
    pub options: RunOptions,
}

impl Request {
    /// A statement outside of any transaction of ours.
    #[must_use]
    pub fn new(text: Arc<CompiledText>, values: Vec<Value>) -> Self {
        Self {
            text,
            values,
            begin: None,
            commit: false,
            stands_alone: false,
            all_results: false,
            sink: None,
            options: RunOptions::default(),
        }
    }
}

/// One statement to run once for each set of values.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ManyRequest {
    /// The text in the driver's placeholder style.
    pub text: Arc<CompiledText>,
    /// The sets, each in the order of the placeholders.
    pub sets: Vec<Vec<Value>>,
    /// A transaction to open first, as in [`Request::begin`].
    pub begin: Option<Begin>,
    /// Whether COMMIT goes out with it, as in [`Request::commit`].
    pub commit: bool,
    /// Whether the rows that the sets give are wanted, one set's behind the other's. Asked only of a driver whose
    /// [dialect](super::BatchStyle::Sets) says that it can.
    pub rows: bool,
    /// Of an INSERT that gives back no more than the key of one integer: the same without RETURNING, for a driver that
    /// learns a generated key more cheaply. What it answers is the same.
    pub without_returning: Option<Arc<CompiledText>>,
    /// How to run it.
    pub options: RunOptions,
}

impl ManyRequest {
    /// A statement outside of any transaction of ours.
    #[must_use]
    pub fn new(text: Arc<CompiledText>, sets: Vec<Vec<Value>>) -> Self {
        Self {
            text,
            sets,
            begin: None,
            commit: false,
            rows: false,
            without_returning: None,
            options: RunOptions::default(),
        }
    }
}

/// How a statement is run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunOptions {
    /// The statement is stopped when it has run for so long: [`StatementTimeout`](crate::ErrorKind::StatementTimeout).
    pub timeout: Option<Duration>,
    /// Rows in a batch of a stream; 0 leaves it to the driver.
    pub batch_rows: usize,
}
