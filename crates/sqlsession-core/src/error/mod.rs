//! One error type for every backend: a kind, the server's own words, and the cause.

pub mod codes;
mod details;
mod error_type;
mod kind;

pub use details::Details;
pub use error_type::{Error, Result};
pub use kind::ErrorKind;
