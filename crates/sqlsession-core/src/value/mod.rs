//! Values as they travel between a program and a database.
//!
//! What a program binds becomes a [`Value`] through `Into<Value>`; what a driver read is seen as a [`ValueRef`] and read
//! into a Rust type through [`FromValue`].

mod arrays;
#[cfg(feature = "chrono")]
mod chrono_types;
#[cfg(any(feature = "rust_decimal", feature = "bigdecimal"))]
mod decimals;
mod from_numbers;
mod from_temporal;
mod from_text;
mod from_value;
mod into_value;
#[cfg(feature = "json")]
mod json;
mod stored;
mod temporal;
#[cfg(feature = "uuid")]
mod uuid_type;
mod value_ref;
mod value_type;

pub use from_value::{FromValue, FromValueOwned};
#[cfg(feature = "json")]
pub use json::Json;
pub use stored::{Stored, UuidText};
pub use temporal::{Date, DateTime, OffsetDateTime, TemporalText, Time};
pub use value_ref::ValueRef;
pub use value_type::Value;
