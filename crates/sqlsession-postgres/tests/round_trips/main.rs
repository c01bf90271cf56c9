//! What sessions cost on the wire: the round trips that are waited for, and what is sent.
//!
//! `cargo xtask round-trips` prints the table. Nothing here is timed: a proxy keeps what passes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bench;
mod by_await;
mod by_blocking;
mod entities;
mod table;
mod wire;

use bench::Bench;
use table::Table;

#[test]
fn round_trips() {
    let bench = Bench::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut rows = runtime.block_on(by_await::rows(&bench));
    rows.extend(by_blocking::rows(&bench));
    println!("\n{}", Table(rows.iter().collect()));
    let missed: Vec<_> = rows.iter().filter(|row| row.found != row.goal).collect();
    assert!(missed.is_empty(), "other than they should be:\n{}", Table(missed));
}
