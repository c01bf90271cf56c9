//! Every type against a server: what is read, and what goes back, is what the server itself prints.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod adapted;
mod again;
mod catalogs;
mod decimals;
mod differences;
mod literals;
mod server;
mod values;
