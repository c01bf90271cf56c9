//! What can be set for an engine, by code or in the URL.

mod from_url;
mod settings;
mod sqlite_options;
pub(crate) mod uri;

pub use settings::{CacheMode, JournalMode, OpenMode, Synchronous, TempStore};
pub(crate) use sqlite_options::Location;
pub use sqlite_options::SqliteOptions;
