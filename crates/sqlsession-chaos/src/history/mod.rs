//! What was done and what came of it, in memory, apart from the database.

mod entry;
mod record;
mod store;
mod tally;

pub(crate) use entry::{Entry, Journal, LineJournal};
pub(crate) use record::Record;
pub(crate) use store::{History, Told};
pub use tally::Tally;
