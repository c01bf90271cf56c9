//! Bank transfers under faults: nothing lost, nothing doubled, nothing leaked.
//!
//! [`run`] lets tasks and threads move money between accounts, through engines of both faces, while the database and the
//! way to it are attacked: connections are delayed, cut and left half open, servers killed, restarted and replaced by
//! their standby, processes killed, futures dropped at any poll. What every transfer came to is kept in memory, apart
//! from the database, and held against the books at the end by an [audit](bank::audit()):
//!
//! - the balances add up to what they did at the start, and to what the ledger says;
//! - a transfer whose commit returned `Ok` is there once, one that failed for certain is not there, one whose outcome
//!   is unknown is there once at most;
//! - every sum that was read in one transaction was right;
//! - the pools are at their size, nobody hangs, nothing is open on the server, no error is of a kind that no fault
//!   explains, and after the last fault the same engines work within the connect timeout.
//!
//! Faults, transfers and cancels come from one seed. The same seed does the same as far as the scheduling of threads and
//! of the server allows.

mod arguments;
pub mod bank;
mod conductor;
mod crew;
mod faults;
mod history;
mod panics;
mod prober;
mod random;
mod report;
mod stage;
mod target;
mod unit;
mod worker_process;

pub use arguments::{Arguments, HELP, Request};
pub use conductor::{Options, run};
pub use faults::{Fault, FaultSort, Schedule};
pub use history::Tally;
pub use random::Random;
pub use report::Report;
pub use target::Target;
pub use worker_process::work;
