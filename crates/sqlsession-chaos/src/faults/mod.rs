//! What is done to the database and to the way to it.

mod fault;
mod schedule;

pub use fault::{Fault, FaultSort};
pub use schedule::Schedule;
