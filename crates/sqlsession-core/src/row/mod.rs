//! Rows over shared column metadata.

mod batch;
mod columns;

pub use batch::Batch;
pub use columns::Columns;
