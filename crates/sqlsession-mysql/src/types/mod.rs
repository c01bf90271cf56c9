//! Values between this library and mysql_async.
//!
//! | file | what it holds |
//! |---|---|
//! | `sort` | what a column holds, as its description says |
//! | `decode` | a value of a row |
//! | `bind` | a bind parameter |
//! | `signature` | what a statement's values are, where it matters to how it is prepared |

mod bind;
mod decode;
mod signature;
mod sort;

pub(crate) use bind::{Sent, bind_all, bind_owned, size};
pub(crate) use decode::{borrowed, owned};
pub(crate) use signature::Signature;
pub(crate) use sort::Sort;
