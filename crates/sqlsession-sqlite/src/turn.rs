use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The writers' queue of a database: SQLite lets one transaction write at a time, and does not say who is next.
///
/// First come, first served.
#[derive(Debug, Clone)]
pub(crate) struct Turns(Arc<Semaphore>);

/// The right to write, until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn(#[expect(dead_code, reason = "held to be dropped")] OwnedSemaphorePermit);

impl Turns {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }

    /// The turn, if nobody has it and nobody waits for it.
    pub(crate) fn try_take(&self) -> Option<Turn> {
        Arc::clone(&self.0).try_acquire_owned().ok().map(Turn)
    }

    /// Waits for the turn. `None` can not come to pass: the queue is never closed.
    pub(crate) async fn take(&self) -> Option<Turn> {
        Arc::clone(&self.0).acquire_owned().await.ok().map(Turn)
    }
}
