//! The numbers of MySQL's and MariaDB's errors.

mod kind;
mod message;

pub use kind::{kind, may_end_transaction};

use crate::{Error, error::Details};

/// The error of this number and SQLSTATE, with what the message names.
#[must_use]
pub fn error(code: u16, state: &str, message: &str) -> Error {
    let names = message::names(code, message);
    let details = Details {
        code: Some(code.to_string()),
        constraint: names.constraint,
        table: names.table,
        column: names.column,
        ..Details::default()
    };
    Error::new(kind(code, state, message), message.to_owned()).with_details(details)
}
