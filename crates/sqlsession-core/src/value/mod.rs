//! Values as they travel between a program and a database.
//!
//! What a program binds becomes a [`Value`] through `Into<Value>`; what a driver read is seen as a [`ValueRef`] and read
//! into a Rust type through [`FromValue`].

mod from_value;
mod into_value;
mod temporal;
mod value_ref;
mod value_type;

pub use from_value::{FromValue, FromValueOwned};
pub use temporal::{Date, DateTime, OffsetDateTime, Time};
pub use value_ref::ValueRef;
pub use value_type::Value;
