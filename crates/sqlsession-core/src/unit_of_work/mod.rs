//! The unit of work: what is to be written, how it becomes statements, and what is known of rows that were read.
//!
//! Entities wait in [runs](run): entities of one type that are to be inserted, updated or deleted one after the other.
//! Run by run, and never past another one, a flush takes [batches](batch): entities with values for the same columns,
//! which one statement writes. Its text depends on the table, on those columns and on little else, so an engine
//! [keeps it](texts). Sending it is the session's.

mod batch;
mod changes;
mod fits;
mod gather;
mod held;
mod known;
mod row_key;
mod run;
mod sql;
mod texts;
mod usual_sizes;
mod work;
mod written;

pub(crate) use batch::{Batch, Form, Terms};
pub use changes::Changes;
pub(crate) use row_key::RowKey;
pub(crate) use sql::Verb;
pub(crate) use texts::{EntityTexts, TextKey};
pub(crate) use usual_sizes::UsualSizes;
pub use work::UnitOfWork;
pub(crate) use work::{keyed_table, keyless};
