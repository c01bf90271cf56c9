//! The driver, through the interface that sessions use.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "they are tests")]

mod bulk;
mod client;
mod errors;
mod execute;
mod memory;
mod stops;
mod streams;
mod transactions;
mod values;
mod writers;
