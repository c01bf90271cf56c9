use std::time::{Duration, Instant};

use sqlsession_core::{Error, Result, driver::Outcome};

/// A statement known to take less runs on the thread that calls.
pub(crate) const QUICK: Duration = Duration::from_micros(200);

/// What came of trying to run an operation to its end.
#[derive(Debug)]
pub(crate) enum Attempt {
    /// It has ended.
    Finished(Result<Outcome>),
    /// It can go on when it has the writers' turn.
    Turn,
    /// It can be tried again when whoever holds SQLite's lock has let it go.
    Busy(Error),
    /// It was stopped because it held the caller's thread, and is to run again elsewhere.
    Slow,
}

/// How an attempt is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct How {
    /// Whose thread it is on.
    pub(crate) thread: Thread,
    /// When the statement is to be stopped.
    pub(crate) deadline: Option<Instant>,
}

/// Whose thread an attempt is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thread {
    /// A thread that may be held up, and nothing is learnt for later.
    Caller,
    /// A thread of an async runtime, not to be held up.
    Runtime,
    /// A thread that may be held up, on behalf of an async runtime.
    Pool,
}
