//! The pool: what is opened, lent, kept and closed, and what those who watch it are told.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test that panics has failed")]

mod classes;
mod closing;
mod counters;
mod counting;
mod ends;
mod leaks;
mod lifetimes;
mod recorder;
mod runtimes;
mod waiting;
mod watching;

use sqlsession::{AsyncConnection, AsyncEngine, EngineOptions, create_engine_with};

fn engine(options: EngineOptions) -> AsyncEngine {
    create_engine_with("sqlite://", options).unwrap()
}

/// So many connections at once.
async fn connect(engine: &AsyncEngine, count: usize) -> Vec<AsyncConnection> {
    let mut lent = Vec::new();
    for _ in 0..count {
        lent.push(engine.connect().await.unwrap());
    }
    lent
}

/// Idle, in use, overflow.
fn counts(engine: &AsyncEngine) -> (usize, usize, i64) {
    let status = engine.pool_status();
    (status.idle, status.in_use, status.overflow())
}
