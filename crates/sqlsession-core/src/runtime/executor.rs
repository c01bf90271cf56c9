use std::{future::Future, sync::Arc};

use tokio::runtime::{Handle, Runtime};

use super::{inside_async_task, park};
use crate::{Error, ErrorKind, Result};

/// What a blocking engine polls its futures with.
#[derive(Debug, Clone)]
pub enum Executor {
    /// The caller's thread, without a runtime.
    Caller,
    /// A current-thread runtime, shared by all threads that call the engine.
    Runtime(Arc<Runtime>),
    /// A runtime that somebody else drives, for a closure that runs beside it.
    Handle(Handle),
}

impl Executor {
    /// The runtime this thread is in, or the caller's thread where there is none.
    #[must_use]
    pub fn current() -> Self {
        Handle::try_current().map_or(Self::Caller, Self::Handle)
    }

    /// Polls the future to its end.
    ///
    /// # Errors
    /// `InvalidState` when called by a task of an async runtime, which it would hold up.
    pub fn block_on<F: Future>(&self, future: F) -> Result<F::Output> {
        if inside_async_task() {
            return Err(Error::new(
                ErrorKind::InvalidState,
                "a blocking call inside an async task would stall its runtime: use AsyncDatabase or an async engine there, \
                 or make the call in spawn_blocking",
            ));
        }
        Ok(match self {
            Self::Caller => park::block_on(future),
            Self::Runtime(runtime) => runtime.block_on(future),
            Self::Handle(runtime) => runtime.block_on(future),
        })
    }
}
