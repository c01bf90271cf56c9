use std::{cell::RefCell, future::Future};

use tokio::runtime::{Builder, Runtime};

use super::{Executor, park};
use crate::{Error, ErrorKind, Result, driver::BoxFuture};

thread_local! {
    /// What is to be finished when the call that blocks this thread has its result; `None` outside of such a call.
    static LATER: RefCell<Option<Vec<Unfinished>>> = const { RefCell::new(None) };
}

/// Something that nobody waits for, and who polls it.
pub(super) type Unfinished = (Executor, BoxFuture<'static, ()>);

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

    /// Polls the future to its end, and then what was left [for later](later) meanwhile.
    pub(super) fn block_on<F: Future>(&self, future: F) -> F::Output {
        let _suspended = park::suspend();
        let Some(runtime) = &self.0 else {
            // Only while it is being dropped, when nobody can call.
            return park::block_on(future);
        };
        let collecting = Collecting::begin();
        let output = runtime.block_on(future);
        for (executor, future) in collecting.end() {
            executor.finish(future);
        }
        output
    }
}

/// Whether this thread can block on a runtime still.
pub(super) fn thread_lives() -> bool {
    LATER.try_with(|_| ()).is_ok()
}

/// Leaves it for the end of the call that blocks this thread; gives it back where there is none.
pub(super) fn later(unfinished: Unfinished) -> Result<(), Unfinished> {
    LATER.with_borrow_mut(|list| match list {
        Some(list) => {
            list.push(unfinished);
            Ok(())
        }
        None => Err(unfinished),
    })
}

/// Sees to it that the thread's list goes with the call, also when that panics.
struct Collecting;

impl Collecting {
    fn begin() -> Self {
        LATER.set(Some(Vec::new()));
        Self
    }

    fn end(self) -> Vec<Unfinished> {
        LATER.take().unwrap_or_default()
    }
}

impl Drop for Collecting {
    fn drop(&mut self) {
        // What is in it may run other code when it is dropped.
        let left = LATER.take();
        drop(left);
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
