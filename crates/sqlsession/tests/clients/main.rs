//! What the clients do alike on every backend, by await and by blocking calls.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test that panics has failed")]

mod place;
mod scopes;
#[cfg(feature = "sea-query")]
mod sea_query;

use place::Place;
