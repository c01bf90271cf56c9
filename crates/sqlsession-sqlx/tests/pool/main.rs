//! Sessions on a pool that the program holds.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod mysql;
mod options;
mod postgres;
mod sqlite;
