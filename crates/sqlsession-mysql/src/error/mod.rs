//! Errors of mysql_async and of the server in this library's words.
//!
//! | file | what it holds |
//! |---|---|
//! | `convert` | any error of mysql_async |
//! | `kind` | the kind of an error number and SQLSTATE |
//! | `message` | names of constraints, tables and columns, out of a message |

mod convert;
mod kind;
mod message;

pub(crate) use convert::{from_mysql, from_server};
pub(crate) use kind::{kind, may_end_transaction};
