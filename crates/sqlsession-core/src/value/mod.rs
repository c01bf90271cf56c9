//! Values as they travel between a program and a database.

mod temporal;
mod value_ref;
mod value_type;

pub use temporal::{Date, DateTime, OffsetDateTime, Time};
pub use value_ref::ValueRef;
pub use value_type::Value;
