//! Values between this library and mysql_async.
//!
//! | file | what it holds |
//! |---|---|
//! | `sort` | what a column holds, as its description says |
//! | `decode` | a value of a row |
//! | `bind` | a bind parameter |

mod bind;
mod decode;
mod sort;

pub(crate) use bind::{Sent, bind_all, bind_owned, size};
pub(crate) use decode::{borrowed, owned};
pub(crate) use sort::Sort;
