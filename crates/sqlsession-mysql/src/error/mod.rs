//! Errors of mysql_async and of the server in this library's words.

mod convert;

pub(crate) use convert::{from_mysql, from_server};
pub(crate) use sqlsession_core::error::codes::mysql::{kind, may_end_transaction};
