//! Many rows into one table, in bounded memory: what `bulk_insert` takes.

mod into_row;
mod rows;
mod table_name;

pub use into_row::IntoRow;
pub use rows::BulkRows;
pub(crate) use table_name::check_name;
pub use table_name::{TableName, quote_name};
