//! Sessions over a driver whose server answers as it is told.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bulk;
mod closing;
mod dropped;
mod durable;
mod gone;
mod item;
mod last_statement;
mod lost;
mod multi;
mod outage;
mod outer;
mod pings;
mod recorder;
mod retry;
mod returning;
mod runtime;
mod savepoints;
mod scripted;
mod server;
mod waiting;
