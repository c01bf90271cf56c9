//! Rows over shared column metadata.
//!
//! A driver hands over [`Batch`]es; a [`Row`] is a place in one, and nothing is decoded before it is asked for. A
//! [`FromRow`] type is read from a row, with a [`Decoder`] where there are many.

mod batch;
mod column_index;
mod columns;
mod computed;
mod contents;
mod cursor;
mod decoder;
mod from_row;
mod gathering;
mod mapping;
mod packed;
mod plan;
mod row_type;
mod value_batch;
mod view;

pub use batch::Batch;
pub use column_index::{ColumnIndex, Near};
pub use columns::Columns;
pub use computed::ComputedCells;
pub use contents::Contents;
pub use cursor::BatchCursor;
pub use decoder::Decoder;
pub use from_row::FromRow;
pub(crate) use gathering::Gathering;
pub use gathering::RowSink;
pub use mapping::Mapping;
pub use packed::{PackedMark, PackedRoom, PackedRows, PackedSize};
pub use plan::RowPlan;
pub use row_type::Row;
pub use value_batch::ValueBatch;
pub(crate) use view::BatchView;
