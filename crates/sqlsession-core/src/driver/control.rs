use std::{fmt, str::FromStr};

use crate::{Error, ErrorKind};

/// A transaction statement, as the state machine asks a driver for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Control {
    /// Opens a transaction now, rather than with the first statement.
    Begin(Begin),
    /// Commits. A COMMIT that the server turned into a ROLLBACK is an error.
    Commit,
    /// Rolls back; with nothing open it succeeds without sending anything. It is asked for behind
    /// [`Idle`](ServerTransaction::Idle) too, for what the server may hold and not say.
    Rollback,
    /// Rolls back what is open because the connection goes back to the pool, and undoes what else the driver knows of.
    ///
    /// The answer need not be waited for: a driver that can queue what comes next behind it may be done at once.
    Reset,
    /// Sets the savepoint of this number.
    Savepoint(u32),
    /// Releases the savepoint of this number and those set after it.
    Release(u32),
    /// Rolls back to the savepoint of this number and removes it.
    RollbackTo(u32),
    /// Makes this the level of the transactions to come; `None` is the level the connection was opened with.
    Isolation(Option<IsolationLevel>),
    /// Finds out whether the connection is alive.
    Ping,
}

/// How a transaction begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Begin {
    /// Refuses writes.
    pub read_only: bool,
    /// When the write lock is taken (SQLite; others ignore it).
    pub mode: BeginMode,
}

impl Begin {
    /// A transaction of this mode, which may write unless `read_only`.
    #[must_use]
    pub fn new(mode: BeginMode, read_only: bool) -> Self {
        Self { read_only, mode }
    }
}

/// When a transaction of SQLite takes the write lock. Other backends ignore it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BeginMode {
    /// The first statement decides: one that writes begins `IMMEDIATE`, one that reads begins `DEFERRED`.
    #[default]
    Auto,
    /// `BEGIN IMMEDIATE`: the write lock is taken at once, and a later write can not meet an old snapshot.
    Immediate,
    /// `BEGIN DEFERRED`: the write lock is taken at the first write.
    Deferred,
}

impl FromStr for BeginMode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text.to_ascii_lowercase().as_str() {
            "auto" => Ok(Self::Auto),
            "immediate" => Ok(Self::Immediate),
            "deferred" => Ok(Self::Deferred),
            _ => Err(Error::new(
                ErrorKind::Configuration,
                format!("unknown begin mode {text:?}: use auto, immediate or deferred"),
            )),
        }
    }
}

/// The isolation level of a transaction, by the SQL standard's names, and `AUTOCOMMIT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IsolationLevel {
    /// `READ UNCOMMITTED`
    ReadUncommitted,
    /// `READ COMMITTED`
    ReadCommitted,
    /// `REPEATABLE READ`
    RepeatableRead,
    /// `SERIALIZABLE`
    Serializable,
    /// No transaction: every statement is durable when it has run.
    Autocommit,
}

impl IsolationLevel {
    /// The level as SQL writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReadUncommitted => "READ UNCOMMITTED",
            Self::ReadCommitted => "READ COMMITTED",
            Self::RepeatableRead => "REPEATABLE READ",
            Self::Serializable => "SERIALIZABLE",
            Self::Autocommit => "AUTOCOMMIT",
        }
    }
}

impl fmt::Display for IsolationLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for IsolationLevel {
    type Err = Error;

    /// Takes the name in any case, with spaces or underscores, as SQLAlchemy does, or hyphens, as MySQL's servers say it.
    fn from_str(text: &str) -> Result<Self, Error> {
        match text.replace(['_', '-'], " ").to_ascii_uppercase().as_str() {
            "READ UNCOMMITTED" => Ok(Self::ReadUncommitted),
            "READ COMMITTED" => Ok(Self::ReadCommitted),
            "REPEATABLE READ" => Ok(Self::RepeatableRead),
            "SERIALIZABLE" => Ok(Self::Serializable),
            "AUTOCOMMIT" => Ok(Self::Autocommit),
            _ => Err(Error::new(
                ErrorKind::Configuration,
                format!(
                    "unknown isolation level {text:?}: use READ UNCOMMITTED, READ COMMITTED, REPEATABLE READ, SERIALIZABLE \
                     or AUTOCOMMIT"
                ),
            )),
        }
    }
}

/// Whether a transaction is open, as the server's last answer said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ServerTransaction {
    /// None is open.
    Idle,
    /// One is open.
    Open,
    /// One is open and failed: only ROLLBACK helps (PostgreSQL).
    Failed,
    /// The server has not said.
    Unknown,
}
