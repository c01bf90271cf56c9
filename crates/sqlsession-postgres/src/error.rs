use std::{error::Error as _, io};

use sqlsession_core::{
    Error, ErrorKind,
    error::{Details, codes::postgres},
};
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
    postgres::kind(said.code().code(), said.message(), said.routine(), is_fatal(said))
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
