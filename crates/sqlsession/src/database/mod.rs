//! The two clients: an engine, its session maker and the shortcuts, in one value.

mod any;
mod any_async;
mod any_blocking;
mod async_database;
mod async_entities;
mod async_scope;
mod async_shortcuts;
mod async_unit;
mod async_work;
mod blocking_database;
mod blocking_entities;
mod blocking_run;
mod blocking_scope;
mod blocking_shortcuts;
mod blocking_unit;
mod blocking_work;
mod by_url;
#[cfg(feature = "migrations")]
mod client;
mod generator;
mod offload;
mod options;
mod run_sync;
#[cfg(any(feature = "schema", feature = "migrations"))]
mod target;

pub use any::AnyDatabase;
pub use async_database::AsyncDatabase;
pub use blocking_database::Database;
#[cfg(feature = "migrations")]
pub use client::Client;
pub use generator::{BlockingSessionGenerator, SessionGenerator};
pub use options::DatabaseOptions;
#[cfg(any(feature = "schema", feature = "migrations"))]
pub use target::Target;
