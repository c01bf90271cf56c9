//! mysql_async as its documentation recommends: prepared statements, its own transaction type, rows as tuples, batches;
//! and deadpool over it, whose own pool would ask the server at every return.

mod pooled;
mod raw;

pub use raw::MysqlAsync;
