//! sqlsession beside the raw drivers and its peers, in one run: `cargo xtask bench`.
//!
//! [`contest`] says what is done, and how it is measured. [`place`] has the databases, [`contestants`] those who take part,
//! a folder for each. [`pool`] looks at the pool and the session alone, over a driver that does nothing.

pub mod choice;
pub mod contest;
pub mod contestants;
pub mod costs;
mod memory;
pub mod place;
pub mod pool;
mod record;
mod side_effects;
pub mod timing;
mod users;

/// What fails ends the benchmark.
pub type Fallible<T> = Result<T, Box<dyn std::error::Error>>;
