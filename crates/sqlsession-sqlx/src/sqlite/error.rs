use sqlsession_core::{Error, ErrorKind, error::codes::sqlite};
use sqlx_core::error::Error as SqlxError;

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

/// Whether somebody else has the lock, and asking again may help.
pub(super) fn is_busy(error: &Error) -> bool {
    error.kind() == ErrorKind::Busy
        && error.code().and_then(|code| code.parse().ok()).is_some_and(sqlite::is_busy)
}
