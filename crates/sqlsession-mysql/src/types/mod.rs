//! Values between this library and mysql_async.
//!
//! | file | what it holds |
//! |---|---|
//! | `sort` | what a column holds, as its description says |
//! | `field` | a value of a row |
//! | `bind` | a bind parameter |

mod bind;
mod field;
mod sort;

pub(crate) use bind::{Sent, bind_all, bind_owned, check_all, size};
pub(crate) use field::field;
pub(crate) use sort::sort_of;
pub(crate) use sqlsession_core::value::mysql::Signature;
