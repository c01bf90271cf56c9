use sqlsession_core::{Error, ErrorKind, error::codes::sqlite};
use sqlx_core::error::Error as SqlxError;

/// SQLite's code for a write to what is only to be read, without what it adds where something else is in the way.
const READ_ONLY: &str = "8";

/// An error of sqlx in this library's words.
pub(super) fn from_sqlx(error: SqlxError) -> Error {
    let said = match &error {
        SqlxError::Database(said) => {
            said.code().and_then(|code| code.parse().ok()).map(|code| (code, said.message().to_owned()))
        }
        _ => None,
    };
    match said {
        Some((code, message)) => sqlite::error(code, message, None).with_cause(error),
        None => crate::error::from_sqlx(error),
    }
}

/// Whether the file itself may only be read.
pub(super) fn is_read_only(error: &Error) -> bool {
    error.code() == Some(READ_ONLY)
}

/// Whether somebody else has the lock, and asking again may help.
pub(super) fn is_busy(error: &Error) -> bool {
    error.kind() == ErrorKind::Busy
        && error.code().and_then(|code| code.parse().ok()).is_some_and(sqlite::is_busy)
}
