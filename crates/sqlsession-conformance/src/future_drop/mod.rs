//! The proof of cancel safety: every operation of a session is dropped after each of its polls, and nothing leaks.
//!
//! After each drop the session is either rolled back and used again, or dropped as well. Then the pool must be whole, no
//! transaction may be open on any of its connections, no lock may be held, no statement may read another's answer, and
//! of the dropped unit's rows either all are there or none.

mod aftermath;
mod check;
mod clients;
mod entities;
mod operations;
mod polls;
mod report;

pub use check::run;
pub use report::FutureDropReport;
