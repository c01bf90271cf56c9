//! What a statement gives back.
//!
//! A [`ResultSet`] follows SQLAlchemy's `Result`: the same names, the same states. Its rows are buffered; it is
//! independent of the session, and can be read after a commit or after the session is closed.

mod columns_of;
mod iterators;
mod one_row;
mod result_set;
mod unique;
mod warning;

pub use iterators::{DecodedRows, IntoRows, Partitions, Rows};
pub use result_set::ResultSet;
pub(crate) use warning::Mark;
pub use warning::{Warning, WarningLevel};
