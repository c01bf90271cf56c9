use sqlsession_core::{Error, error::codes::mysql};
use sqlx_core::error::Error as SqlxError;
use sqlx_mysql::MySqlDatabaseError;

/// An error of sqlx in this library's words.
pub(super) fn from_sqlx(error: SqlxError) -> Error {
    let said = match &error {
        SqlxError::Database(said) => said
            .try_downcast_ref::<MySqlDatabaseError>()
            .map(|said| mysql::error(said.number(), said.code().unwrap_or_default(), said.message())),
        _ => None,
    };
    match said {
        Some(said) => said.with_cause(error),
        None => crate::error::from_sqlx(error),
    }
}

/// The server's number of an error.
pub(super) fn number(error: &Error) -> Option<u16> {
    error.code().and_then(|code| code.parse().ok())
}
