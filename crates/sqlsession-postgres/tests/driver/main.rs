//! The driver on a real PostgreSQL server.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod alone;
mod binding;
mod bulk;
mod cancel;
mod client;
mod committing;
mod copies;
mod copies_out;
mod database;
mod errors;
mod left_behind;
mod lost;
mod many;
mod multi;
mod network;
mod once;
mod parameters;
mod reading;
mod riding;
mod statements;
mod streams;
mod transactions;
mod user_types;
