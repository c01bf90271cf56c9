//! Values on their way to the server and back.
//!
//! | module | what it knows |
//! |---|---|
//! | `target` | what a parameter's type asks for |
//! | `natural` | what a value's parameter is declared as |
//! | `encode` | which values a type takes, and in which of the two formats they are sent |
//! | `text` | how PostgreSQL writes values |
//! | `decode` | what the bytes of a column mean |
//! | `copy` | the fields of COPY |

mod bound;
mod check;
mod copy;
mod decimal;
mod decode;
mod encode;
mod natural;
mod pg_epoch;
#[cfg(test)]
mod round_trip;
mod target;
mod text;
mod undescribed;

pub(crate) use bound::Bound;
pub(crate) use check::{check, check_undescribed};
pub(crate) use copy::{takes_binary_copy, write_copy_field, write_copy_text};
pub(crate) use decode::{Decoding, Raw, owned};
pub(crate) use natural::{Declared, declared};
pub(crate) use undescribed::undescribed;
