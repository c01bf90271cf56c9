//! Connecting to real servers: who may, with what encryption, and what is said when it does not work.
#![cfg(feature = "tls")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod client;
mod limits;
mod logins;
mod methods;
mod modes;
mod settings;
