//! The engine, session, pool, statement and row types of `sqlsession`, and the interface its drivers implement.
//!
//! Most programs use the `sqlsession` crate, which re-exports what is here. Depend on this crate to write a driver
//! (see [`driver`]) or a library that takes any engine.

pub mod driver;
pub mod error;
pub mod result;
pub mod row;
pub mod statement;
pub mod url;
pub mod value;

pub use error::{Error, ErrorKind, Result};
pub use result::ResultSet;
pub use row::{FromRow, Row};
pub use statement::{Statement, text};
pub use url::DatabaseUrl;
pub use value::{Value, ValueRef};
