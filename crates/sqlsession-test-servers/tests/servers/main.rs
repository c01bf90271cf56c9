//! Real servers, started for each test.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod authentication;
mod killed;
mod life;
mod mysql;
mod pgbouncer;
mod shared;
mod standby;
