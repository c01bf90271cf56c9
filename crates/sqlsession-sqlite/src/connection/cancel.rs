use std::{fmt, sync::Arc};

use rusqlite::InterruptHandle;
use sqlsession_core::driver::{BoxFuture, Cancel};

use crate::guard::Guard;

/// Stops what a connection does: inside SQLite, and where it waits for a lock.
pub(crate) struct Canceller {
    sqlite: InterruptHandle,
    guard: Arc<Guard>,
}

impl Canceller {
    pub(crate) fn new(sqlite: InterruptHandle, guard: Arc<Guard>) -> Self {
        Self { sqlite, guard }
    }
}

impl fmt::Debug for Canceller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Canceller").finish_non_exhaustive()
    }
}

impl Cancel for Canceller {
    fn cancel(&self) -> BoxFuture<'static, ()> {
        self.guard.cancel();
        self.sqlite.interrupt();
        Box::pin(std::future::ready(()))
    }
}
