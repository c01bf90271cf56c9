//! How PostgreSQL writes values: what it reads as literals, and what it gives as text with `DateStyle` ISO and
//! `IntervalStyle` postgres, which are its defaults.

mod array;
mod float;
mod quoted;
mod stack;
mod temporal;
mod value;

pub(super) use array::{delimiter, write_array};
pub use float::write_f32;
pub(super) use float::{write_cast, write_f64};
pub(super) use quoted::{Quoting, write_quoted};
pub(super) use stack::Stack;
pub(super) use temporal::{write_offset, write_time_micros};
pub use value::write_value;
