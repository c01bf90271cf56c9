use sqlsession::{Error, ErrorKind};

use super::dialect::Dialect;
use super::ending::{Ending, in_full};

/// The kinds of errors that faults may lead to. Any other is a bug.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowed(Dialect);

impl Allowed {
    pub(crate) fn on(dialect: Dialect) -> Self {
        Self(dialect)
    }

    /// How a unit ended that had this error.
    pub(crate) fn ending(self, error: &Error) -> Ending {
        let (sort, message) = (error.kind().to_string(), in_full(error));
        if !self.has(error.kind()) {
            return Ending::Broken { what: format!("an error of a kind that no fault explains: {message}") };
        }
        match error.kind() {
            ErrorKind::CommitUnknown => Ending::Unknown { sort, message },
            _ => Ending::Failed { sort, message },
        }
    }

    pub(crate) fn has(self, kind: ErrorKind) -> bool {
        match kind {
            ErrorKind::StatementTimeout | ErrorKind::CommitUnknown => true,
            ErrorKind::Busy => self.0 == Dialect::Sqlite,
            ErrorKind::SerializationFailure
            | ErrorKind::Deadlock
            | ErrorKind::LockTimeout
            | ErrorKind::Cancelled
            | ErrorKind::ConnectionFailed
            | ErrorKind::ConnectTimeout
            | ErrorKind::ConnectionLost
            | ErrorKind::PoolTimeout => self.0 != Dialect::Sqlite,
            _ => false,
        }
    }
}
