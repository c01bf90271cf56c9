//! The pool: which connection a session gets, and what becomes of it afterwards.
//!
//! Built on `deadpool`, whose objects are slots: they are free or taken, and core connects inside a slot it holds. So
//! a connect error reaches the one who asked, and a dead connection is replaced without queueing again. Those who find no
//! slot stand in a line of core's, and what comes back is theirs before deadpool sees it.

mod checkout;
mod class;
mod close;
mod close_reason;
mod counters;
mod generation;
mod holders;
mod lease;
mod line;
mod open;
mod options;
mod outage;
mod pool_type;
mod pre_ping;
mod reset_on_return;
mod slot;
mod status;
mod upkeep;
mod waiter;

pub use class::PoolClass;
pub use close_reason::CloseReason;
pub use counters::PoolCounters;
pub(crate) use lease::Lease;
pub use options::PoolOptions;
pub(crate) use pool_type::Pool;
pub use pre_ping::PrePing;
pub use reset_on_return::ResetOnReturn;
pub(crate) use slot::{Idle, SetLevel};
pub use status::PoolStatus;
