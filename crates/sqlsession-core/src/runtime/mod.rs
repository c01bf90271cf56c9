//! Where futures are polled and how they wait: a tokio runtime, or the caller's own thread.

mod clock;
mod context;
mod executor;
mod park;

pub(crate) use clock::timeout;
pub use context::inside_async_task;
pub(crate) use context::use_budget_now;
pub use executor::{Executor, OwnRuntime};
pub use park::block_on_for;
