use std::error::Error as _;

use rusqlite::{Error as Sqlite, ffi};
use sqlsession_core::{Error, ErrorKind, error::codes::sqlite};

pub(crate) use sqlite::BUSY_SNAPSHOT;

/// SQLite's extended result code, if the error is SQLite's.
pub(crate) fn code(error: &Sqlite) -> Option<i32> {
    match error {
        Sqlite::SqliteFailure(failure, _) => Some(failure.extended_code),
        // An error with a position is another variant, whose source is the same.
        other => other.source()?.downcast_ref::<ffi::Error>().map(|failure| failure.extended_code),
    }
}

/// Whether somebody else has the lock, and asking again may help.
pub(crate) fn is_busy(error: &Sqlite) -> bool {
    code(error).is_some_and(sqlite::is_busy)
}

/// Whether SQLite was interrupted.
pub(crate) fn is_interrupt(error: &Sqlite) -> bool {
    code(error).is_some_and(sqlite::is_interrupt)
}

/// The error of a call that has no statement text of the user's.
pub(crate) fn from_sqlite(error: Sqlite) -> Error {
    from_statement(error, "")
}

/// The error of a statement. The text was given to SQLite without the blanks around it.
pub(crate) fn from_statement(error: Sqlite, sql: &str) -> Error {
    let Some(code) = code(&error) else { return from_rusqlite(error) };
    let (message, position) = words(&error, sql);
    sqlite::error(code, message, position).with_cause(error)
}

/// Errors that rusqlite itself makes.
fn from_rusqlite(error: Sqlite) -> Error {
    let kind = match &error {
        Sqlite::MultipleStatement => return several_statements(),
        Sqlite::NulError(_) | Sqlite::InvalidPath(_) => ErrorKind::Configuration,
        Sqlite::InvalidParameterCount(..) | Sqlite::InvalidParameterName(_) => ErrorKind::BadParameter,
        _ => ErrorKind::Database,
    };
    Error::new(kind, error.to_string()).with_cause(error)
}

/// The error for a text of several statements where one was expected.
pub(crate) fn several_statements() -> Error {
    Error::new(ErrorKind::Unsupported, "the text holds several statements: run it with execute_script")
}

/// SQLite's words, and the position in the statement where it gave one.
#[cfg_attr(not(feature = "bundled"), expect(unused_variables, reason = "an older SQLite tells no position"))]
fn words(error: &Sqlite, sql: &str) -> (String, Option<u32>) {
    match error {
        Sqlite::SqliteFailure(_, Some(message)) => (message.clone(), None),
        #[cfg(feature = "bundled")]
        Sqlite::SqlInputError { msg, offset, .. } => {
            let position = usize::try_from(*offset).ok().and_then(|offset| {
                let blanks = sql.len() - sql.trim_start().len();
                let before = sql.get(..blanks + offset)?.chars().count();
                u32::try_from(before + 1).ok()
            });
            (msg.clone(), position)
        }
        other => (other.to_string(), None),
    }
}
