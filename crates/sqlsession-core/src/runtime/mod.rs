//! Where futures are polled and how they wait: a tokio runtime, or the caller's own thread.

pub(crate) mod alarm;
mod clock;
mod context;
mod executor;
mod jitter;
mod park;
mod shared_runtime;

pub(crate) use clock::{sleep, timeout, turn};
pub use context::inside_async_task;
pub(crate) use context::use_budget_now;
pub use executor::Executor;
pub(crate) use jitter::jitter;
pub use park::block_on_for;
pub use shared_runtime::SharedRuntime;
