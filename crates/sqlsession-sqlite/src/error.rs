use std::error::Error as _;

use rusqlite::{Error as Sqlite, ffi};
use sqlsession_core::{Error, ErrorKind, error::Details};

/// The extended code of "the snapshot is older than the last commit".
pub(crate) const BUSY_SNAPSHOT: i32 = 517;

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
    code(error).is_some_and(|code| {
        matches!(code & 0xff, ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED) && code != BUSY_SNAPSHOT
    })
}

/// Whether SQLite was interrupted.
pub(crate) fn is_interrupt(error: &Sqlite) -> bool {
    code(error) == Some(ffi::SQLITE_INTERRUPT)
}

/// The error of a call that has no statement text of the user's.
pub(crate) fn from_sqlite(error: Sqlite) -> Error {
    from_statement(error, "")
}

/// The error of a statement. The text was given to SQLite without the blanks around it.
pub(crate) fn from_statement(error: Sqlite, sql: &str) -> Error {
    let Some(code) = code(&error) else { return from_rusqlite(error) };
    let (message, position) = words(&error, sql);
    if code == BUSY_SNAPSHOT {
        let message = format!(
            "{message}: another transaction has committed since this one first read; roll it back and run it again"
        );
        let details = details(code, position);
        return Error::new(ErrorKind::Busy, message).with_details(details).with_cause(error);
    }
    let mut details = details(code, position);
    let kind = kind(code, &message, &mut details);
    Error::new(kind, message).with_details(details).with_cause(error)
}

fn details(code: i32, position: Option<u32>) -> Details {
    let mut details = Details::default();
    details.code = Some(code.to_string());
    details.position = position;
    details
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

fn kind(code: i32, message: &str, details: &mut Details) -> ErrorKind {
    match code & 0xff {
        ffi::SQLITE_ERROR => of_message(message, details),
        ffi::SQLITE_CONSTRAINT => of_constraint(code, message, details),
        ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED | ffi::SQLITE_PROTOCOL => ErrorKind::Busy,
        ffi::SQLITE_READONLY => ErrorKind::ReadOnly,
        ffi::SQLITE_INTERRUPT => ErrorKind::Cancelled,
        ffi::SQLITE_NOMEM | ffi::SQLITE_FULL => ErrorKind::ResourceExhausted,
        ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB => ErrorKind::Corrupt,
        ffi::SQLITE_CANTOPEN => ErrorKind::ConnectionFailed,
        ffi::SQLITE_PERM | ffi::SQLITE_AUTH => ErrorKind::Privilege,
        ffi::SQLITE_SCHEMA => ErrorKind::SchemaChanged,
        ffi::SQLITE_TOOBIG => ErrorKind::OutOfRange,
        ffi::SQLITE_MISMATCH => ErrorKind::TypeMismatch,
        ffi::SQLITE_RANGE => ErrorKind::BadParameter,
        ffi::SQLITE_MISUSE => ErrorKind::InvalidState,
        _ => ErrorKind::Database,
    }
}

/// The general code says nothing, so its message must.
fn of_message(message: &str, details: &mut Details) -> ErrorKind {
    if let Some(table) = message.strip_prefix("no such table: ") {
        details.table = Some(table.to_owned());
        return ErrorKind::UndefinedTable;
    }
    if let Some(column) = message.strip_prefix("no such column: ") {
        details.column = Some(unqualified(column).to_owned());
        return ErrorKind::UndefinedColumn;
    }
    if let Some((table, column)) =
        message.strip_prefix("table ").and_then(|rest| rest.split_once(" has no column named "))
    {
        details.table = Some(table.to_owned());
        details.column = Some(column.to_owned());
        return ErrorKind::UndefinedColumn;
    }
    if message.ends_with(": syntax error")
        || message.starts_with("unrecognized token: ")
        || message.starts_with("incomplete input")
    {
        return ErrorKind::Syntax;
    }
    ErrorKind::Database
}

fn of_constraint(code: i32, message: &str, details: &mut Details) -> ErrorKind {
    let subject = message.split_once(" constraint failed: ").map(|(_, subject)| subject);
    match code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            match subject.and_then(|subject| subject.strip_prefix("index '")) {
                Some(index) => details.constraint = Some(index.trim_end_matches('\'').to_owned()),
                None => columns(subject, details),
            }
            ErrorKind::UniqueViolation
        }
        ffi::SQLITE_CONSTRAINT_NOTNULL => {
            columns(subject, details);
            ErrorKind::NotNullViolation
        }
        ffi::SQLITE_CONSTRAINT_CHECK => {
            details.constraint = subject.map(str::to_owned);
            ErrorKind::CheckViolation
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => ErrorKind::ForeignKeyViolation,
        ffi::SQLITE_CONSTRAINT_DATATYPE => {
            // "cannot store TEXT value in INTEGER column t.c", of a STRICT table
            columns(message.rsplit_once(" column ").map(|(_, column)| column), details);
            ErrorKind::TypeMismatch
        }
        _ => ErrorKind::Database,
    }
}

/// Reads `t.a, t.b`.
fn columns(subject: Option<&str>, details: &mut Details) {
    let Some(subject) = subject else { return };
    let mut names = Vec::new();
    for qualified in subject.split(", ") {
        if let Some((table, _)) = qualified.rsplit_once('.') {
            details.table.get_or_insert_with(|| table.to_owned());
        }
        names.push(unqualified(qualified));
    }
    details.column = Some(names.join(", "));
}

fn unqualified(column: &str) -> &str {
    column.rsplit_once('.').map_or(column, |(_, column)| column)
}
