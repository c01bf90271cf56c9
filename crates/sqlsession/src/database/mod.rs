//! The two clients: an engine, its session maker and the shortcuts, in one value.

mod any;
mod async_database;
mod blocking_database;
mod by_url;
mod generator;
mod offload;
mod options;
#[cfg(feature = "schema")]
mod target;

pub use any::AnyDatabase;
pub use async_database::AsyncDatabase;
pub use blocking_database::Database;
pub use generator::{BlockingSessionGenerator, SessionGenerator};
pub use options::DatabaseOptions;
#[cfg(feature = "schema")]
pub use target::Target;
