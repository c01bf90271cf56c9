use std::future::Future;

use tokio::runtime::{Builder, Runtime};

use super::park;
use crate::{Error, ErrorKind, Result};

/// A current-thread runtime that several threads block on.
///
/// One of them turns it, the others wait for it or for their own futures. Between calls nothing turns. It can be dropped
/// anywhere, inside an async task too: its tasks are dropped then.
#[derive(Debug)]
pub struct SharedRuntime(Option<Runtime>);

impl SharedRuntime {
    /// A runtime with a timer, and with I/O where tokio has it.
    ///
    /// # Errors
    /// `ResourceExhausted` when the system has no room for one.
    pub fn new() -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| {
            Error::new(ErrorKind::ResourceExhausted, "no runtime could be made").with_cause(error)
        })?;
        Ok(Self(Some(runtime)))
    }

    pub(super) fn block_on<F: Future>(&self, future: F) -> F::Output {
        match &self.0 {
            Some(runtime) => runtime.block_on(future),
            // Only while it is being dropped, when nobody can call.
            None => park::block_on(future),
        }
    }
}

impl Drop for SharedRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            // Waiting for its blocking pool, as its own drop does, is not allowed inside an async task.
            runtime.shutdown_background();
        }
    }
}
