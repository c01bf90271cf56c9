use std::{error::Error as _, io};

use sqlsession_core::{Error, ErrorKind, error::Details};
use tokio_postgres::error::{DbError, ErrorPosition, Severity};

/// An error of tokio-postgres in this library's words.
pub(crate) fn from_postgres(error: tokio_postgres::Error) -> Error {
    if let Some(said) = error.as_db_error() {
        let (kind, message, details) = (kind(said), said.message().to_owned(), details(said));
        return Error::new(kind, message).with_details(details).with_cause(error);
    }
    if error.is_closed() {
        return Error::new(ErrorKind::ConnectionLost, "the server closed the connection").with_cause(error);
    }
    let io = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
    if let Some(io) = io {
        // What tokio-postgres cannot put into a message, it has not sent.
        let unsent = io.kind() == io::ErrorKind::InvalidInput;
        let kind = if unsent { ErrorKind::BadParameter } else { ErrorKind::ConnectionLost };
        return Error::new(kind, io.to_string()).with_cause(error);
    }
    if !matches!(error.source(), Some(cause) if cause.is::<Error>()) {
        return Error::new(ErrorKind::Database, error.to_string()).with_cause(error);
    }
    // What this driver itself refused to encode.
    match error.into_source().and_then(|cause| cause.downcast::<Error>().ok()) {
        Some(own) => *own,
        None => Error::new(ErrorKind::BadParameter, "a value cannot be sent"),
    }
}

/// Whether the server ended the connection with this message.
fn is_fatal(said: &DbError) -> bool {
    match said.parsed_severity() {
        Some(severity) => matches!(severity, Severity::Fatal | Severity::Panic),
        // A pooler may leave out what is not translated.
        None => matches!(said.severity(), "FATAL" | "PANIC"),
    }
}

fn kind(said: &DbError) -> ErrorKind {
    let code = said.code().code();
    match by_code(code) {
        // PostgreSQL has one code for both, and says in its log language which it was.
        ErrorKind::Cancelled if said.message().contains("statement timeout") => ErrorKind::StatementTimeout,
        ErrorKind::Unsupported if said.routine() == Some("RevalidateCachedQuery") => ErrorKind::SchemaChanged,
        ErrorKind::Authentication => ErrorKind::Authentication,
        _ if is_fatal(said) => ErrorKind::ConnectionLost,
        kind => kind,
    }
}

/// The kind of an SQLSTATE (PostgreSQL's manual, appendix A).
///
/// That a connection was lost, class 08, a server also says of those it has to others: only what is fatal ends this one.
fn by_code(code: &str) -> ErrorKind {
    match code {
        "23505" => ErrorKind::UniqueViolation,
        "23503" | "23001" => ErrorKind::ForeignKeyViolation,
        "23502" => ErrorKind::NotNullViolation,
        "23514" | "44000" => ErrorKind::CheckViolation,
        "23P01" => ErrorKind::ExclusionViolation,
        "40001" => ErrorKind::SerializationFailure,
        "40P01" => ErrorKind::Deadlock,
        "55P03" => ErrorKind::LockTimeout,
        "57014" => ErrorKind::Cancelled,
        "25006" => ErrorKind::ReadOnly,
        "28000" | "28P01" => ErrorKind::Authentication,
        "42501" => ErrorKind::Privilege,
        "42601" | "42602" | "42622" | "42939" | "42P02" => ErrorKind::Syntax,
        "42P01" | "3F000" => ErrorKind::UndefinedTable,
        "42703" => ErrorKind::UndefinedColumn,
        "22003" | "22001" | "22008" | "22015" | "22026" => ErrorKind::OutOfRange,
        "22P02" | "22P03" | "22007" | "22018" | "42804" | "42846" | "42883" => ErrorKind::TypeMismatch,
        // A prepared statement that the user, or a pooler, took away.
        "26000" => ErrorKind::SchemaChanged,
        "0A000" => ErrorKind::Unsupported,
        "XX001" | "XX002" => ErrorKind::Corrupt,
        _ => match code.get(..2) {
            Some("25" | "2D" | "3B") => ErrorKind::InvalidState,
            Some("53" | "54") => ErrorKind::ResourceExhausted,
            _ => ErrorKind::Database,
        },
    }
}

pub(crate) fn details(said: &DbError) -> Details {
    let mut details = Details::default();
    details.code = Some(said.code().code().to_owned());
    details.constraint = said.constraint().map(str::to_owned);
    details.table = said.table().map(str::to_owned);
    details.column = said.column().map(str::to_owned);
    details.detail = said.detail().map(str::to_owned);
    details.hint = said.hint().map(str::to_owned);
    details.position = match said.position() {
        Some(ErrorPosition::Original(position)) => Some(*position),
        _ => None,
    };
    details
}
