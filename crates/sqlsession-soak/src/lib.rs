//! Sessions at full load for minutes, on 8 connections: reads, writes, streams, bulk loads, savepoints, errors, dropped
//! futures and ever-new SQL texts. What is looked at is what must not grow: the memory of this process, and the
//! connections and prepared statements of the server.
//!
//! `cargo xtask soak` runs it in release mode.

mod arguments;
mod load;
mod memory;
mod place;
mod random;
mod run;
mod verdict;

pub use arguments::{Arguments, HELP, Request};
pub use place::Backend;
pub use run::{Report, run};
