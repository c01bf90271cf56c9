use serde::{Deserialize, Serialize};
use sqlsession::Error;

/// How an attempt at a transfer ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Ending {
    /// Commit has returned `Ok`.
    Acknowledged,
    /// It has failed for certain.
    Failed {
        /// The kind of the error, or what was done to it.
        sort: String,
        /// The whole error.
        message: String,
    },
    /// Nobody knows: the connection was lost under its commit, or the future of its commit was dropped.
    Unknown {
        /// The kind of the error, or what was done to it.
        sort: String,
        /// The whole error.
        message: String,
    },
    /// Something happened that must not happen.
    Broken {
        /// What.
        what: String,
    },
}

impl Ending {
    pub(crate) fn dropped(in_commit: bool) -> Self {
        if in_commit {
            Self::Unknown { sort: "dropped in commit".into(), message: "the future was dropped".into() }
        } else {
            Self::Failed { sort: "dropped".into(), message: "the future was dropped".into() }
        }
    }
}

/// Why a unit did not come to its end.
#[derive(Debug)]
pub(crate) enum Trouble {
    Error(Error),
    /// Something that must not be, whatever fault there is.
    Broken(String),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// The error with what caused it.
pub(crate) fn in_full(error: &Error) -> String {
    let mut words = error.to_string();
    if let Some(statement) = error.statement() {
        words.push_str(&format!(" [{statement}]"));
    }
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        words.push_str(&format!(": {error}"));
        cause = error.source();
    }
    words
}
