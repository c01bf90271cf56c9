//! rusqlite as its documentation recommends: cached statements, its own transaction type; and deadpool over it.

mod pooled;
mod raw;

pub use pooled::DeadpoolSqlite;
pub use raw::Rusqlite;
