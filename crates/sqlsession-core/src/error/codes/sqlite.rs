//! SQLite's result codes, as <https://sqlite.org/rescode.html> lists them.

use crate::{Error, ErrorKind, error::Details};

const ERROR: i32 = 1;
const CONSTRAINT: i32 = 19;
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const PROTOCOL: i32 = 15;
const READONLY: i32 = 8;
const INTERRUPT: i32 = 9;
const NOMEM: i32 = 7;
const FULL: i32 = 13;
const CORRUPT: i32 = 11;
const NOTADB: i32 = 26;
const CANTOPEN: i32 = 14;
const PERM: i32 = 3;
const AUTH: i32 = 23;
const SCHEMA: i32 = 17;
const TOOBIG: i32 = 18;
const MISMATCH: i32 = 20;
const RANGE: i32 = 25;
const MISUSE: i32 = 21;
const CONSTRAINT_UNIQUE: i32 = 2067;
const CONSTRAINT_PRIMARYKEY: i32 = 1555;
const CONSTRAINT_ROWID: i32 = 2579;
const CONSTRAINT_NOTNULL: i32 = 1299;
const CONSTRAINT_CHECK: i32 = 275;
const CONSTRAINT_FOREIGNKEY: i32 = 787;
const CONSTRAINT_DATATYPE: i32 = 3091;

/// The extended code of "the snapshot is older than the last commit".
pub const BUSY_SNAPSHOT: i32 = 517;

/// Whether somebody else has the lock, and asking again may help. Without more, `LOCKED` is of the connection itself, which
/// goes on only when this is over.
#[must_use]
pub fn is_busy(code: i32) -> bool {
    matches!(code & 0xff, BUSY | LOCKED) && code != BUSY_SNAPSHOT && code != LOCKED
}

/// Whether SQLite was interrupted.
#[must_use]
pub fn is_interrupt(code: i32) -> bool {
    code == INTERRUPT
}

/// The error of an extended result code with SQLite's message, and the position in the statement where it gave one.
#[must_use]
pub fn error(code: i32, message: impl Into<String>, position: Option<u32>) -> Error {
    let message = message.into();
    let mut details = Details { code: Some(code.to_string()), position, ..Details::default() };
    if code == BUSY_SNAPSHOT {
        let message = format!(
            "{message}: another transaction has committed since this one first read; roll it back and run it again"
        );
        return Error::new(ErrorKind::Busy, message).with_details(details);
    }
    if code == LOCKED && !message.contains("deadlock") {
        let message =
            format!("{message}: this connection's own transaction, or what it still reads, is in the way");
        return Error::new(ErrorKind::InvalidState, message).with_details(details);
    }
    let kind = kind(code, &message, &mut details);
    Error::new(kind, message).with_details(details)
}

/// The kind, and in `details` the names that the message holds.
fn kind(code: i32, message: &str, details: &mut Details) -> ErrorKind {
    match code & 0xff {
        ERROR => of_message(message, details),
        CONSTRAINT => of_constraint(code, message, details),
        BUSY | LOCKED | PROTOCOL => ErrorKind::Busy,
        READONLY => ErrorKind::ReadOnly,
        INTERRUPT => ErrorKind::Cancelled,
        NOMEM | FULL => ErrorKind::ResourceExhausted,
        CORRUPT | NOTADB => ErrorKind::Corrupt,
        CANTOPEN => ErrorKind::ConnectionFailed,
        PERM | AUTH => ErrorKind::Privilege,
        SCHEMA => ErrorKind::SchemaChanged,
        TOOBIG => ErrorKind::OutOfRange,
        MISMATCH => ErrorKind::TypeMismatch,
        RANGE => ErrorKind::BadParameter,
        MISUSE => ErrorKind::InvalidState,
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
        CONSTRAINT_UNIQUE | CONSTRAINT_PRIMARYKEY | CONSTRAINT_ROWID => {
            match subject.and_then(|subject| subject.strip_prefix("index '")) {
                Some(index) => details.constraint = Some(index.trim_end_matches('\'').to_owned()),
                None => columns(subject, details),
            }
            ErrorKind::UniqueViolation
        }
        CONSTRAINT_NOTNULL => {
            columns(subject, details);
            ErrorKind::NotNullViolation
        }
        CONSTRAINT_CHECK => {
            details.constraint = subject.map(str::to_owned);
            ErrorKind::CheckViolation
        }
        CONSTRAINT_FOREIGNKEY => ErrorKind::ForeignKeyViolation,
        CONSTRAINT_DATATYPE => {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_does_not_wait_for_itself() {
        for (code, message, busy, kind) in [
            (5, "database is locked", true, ErrorKind::Busy),
            (261, "database is locked", true, ErrorKind::Busy),
            (262, "database table is locked: t", true, ErrorKind::Busy),
            (517, "database is locked", false, ErrorKind::Busy),
            (6, "database table is locked", false, ErrorKind::InvalidState),
            // Of the wait for another connection, where that one waits for this one.
            (6, "database is deadlocked", false, ErrorKind::Busy),
        ] {
            assert_eq!((is_busy(code), error(code, message, None).kind()), (busy, kind), "{code} {message}");
        }
    }
}
