use std::{future::Future, sync::Arc};

use tokio::runtime::{Builder, Handle, Runtime};

use super::{inside_async_task, park};
use crate::{Error, ErrorKind, Result};

/// What a blocking engine polls its futures with.
#[derive(Debug, Clone)]
pub enum Executor {
    /// The caller's thread, without a runtime.
    Caller,
    /// A runtime of the engine's own.
    Runtime(Arc<OwnRuntime>),
    /// A runtime that somebody else drives, for a closure that runs beside it.
    Handle(Handle),
}

impl Executor {
    /// A runtime of one thread for one engine, shared by all threads that call it: it turns while one of them waits.
    ///
    /// # Errors
    /// `ResourceExhausted` when the system gives none.
    pub fn own() -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| {
            let message = format!("no runtime for blocking calls: {error}");
            Error::new(ErrorKind::ResourceExhausted, message).with_cause(error)
        })?;
        Ok(Self::Runtime(Arc::new(OwnRuntime(Some(runtime)))))
    }

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

/// A runtime that can be dropped anywhere: tokio's own panics where it would have to wait.
#[derive(Debug)]
pub struct OwnRuntime(Option<Runtime>);

impl OwnRuntime {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        match &self.0 {
            Some(runtime) => runtime.block_on(future),
            None => park::block_on(future),
        }
    }
}

impl Drop for OwnRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
