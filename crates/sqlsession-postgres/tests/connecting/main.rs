//! Connecting to real PostgreSQL servers: logins, encryption, several hosts, and everything that goes wrong.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[cfg(feature = "tls")]
mod cancel;
#[cfg(feature = "tls")]
mod certificates;
mod client;
mod hosts;
mod limits;
mod logins;
#[cfg(feature = "tls")]
mod modes;
mod nonsense;
mod servers;
mod socket;
mod standby;
