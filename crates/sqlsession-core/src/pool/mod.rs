//! The pool: which connection a session gets, and what becomes of it afterwards.
//!
//! Built on `deadpool`, whose objects are slots: they are free or taken, and core connects inside a slot it holds. So
//! a connect error reaches the one who asked, and a dead connection is replaced without queueing again.

mod checkout;
mod generation;
mod lease;
mod options;
mod slot;
mod status;

pub(crate) use checkout::Pool;
pub(crate) use lease::Lease;
pub use options::{PoolOptions, ResetOnReturn};
pub(crate) use slot::{Idle, SetLevel};
pub use status::PoolStatus;
