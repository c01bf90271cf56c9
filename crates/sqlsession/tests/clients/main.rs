//! What the clients do alike on every backend, by await and by blocking calls.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test that panics has failed")]

#[cfg(feature = "macros")]
mod any;
#[cfg(feature = "macros")]
mod entities;
mod one_driver;
mod outer;
mod place;
mod scopes;
#[cfg(feature = "sea-query")]
mod sea_query;

use place::Place;

/// Waits until every connection is back in the pool: what is rolled back at the end is not waited for by those who read.
async fn all_are_back(db: &sqlsession::AsyncDatabase) {
    for _ in 0..20_000 {
        if db.engine().pool_status().in_use == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    panic!("connections are out: {:?}", db.engine().pool_status());
}
