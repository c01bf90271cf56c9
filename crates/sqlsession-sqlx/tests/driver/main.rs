//! The driver on all three databases, beside the native ones.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod again;
mod bulk;
mod connecting;
mod database;
#[cfg(feature = "tls")]
mod encryption;
mod errors;
mod network;
#[cfg(unix)]
mod passfile;
mod sqlite;
mod stops;
mod streams;
mod surroundings;
mod types;
mod unusual;
