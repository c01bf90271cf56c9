use std::{
    future::Future,
    sync::Arc,
    thread::{self, JoinHandle},
};

use tokio::runtime::Handle;

use super::{
    SharedRuntime, inside_async_task, park,
    shared_runtime::{self, later},
};
use crate::{Error, ErrorKind, Result, driver::BoxFuture};

/// What a blocking engine polls its futures with.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Executor {
    /// The caller's thread, without a runtime.
    Caller,
    /// A current-thread runtime, shared by all threads that call the engine.
    Runtime(Arc<SharedRuntime>),
    /// A runtime that somebody else drives, for a closure that runs beside it.
    Handle(Handle),
}

impl Executor {
    /// A runtime of its own, for an engine whose connections need one. It turns while somebody blocks on it.
    ///
    /// # Errors
    /// `ResourceExhausted` when the system has no room for one.
    pub fn runtime() -> Result<Self> {
        Ok(Self::Runtime(Arc::new(SharedRuntime::new()?)))
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
        may_block()?;
        Ok(match self {
            Self::Caller => park::block_on(future),
            Self::Runtime(runtime) => runtime.block_on(future),
            Self::Handle(runtime) => {
                let _suspended = park::suspend();
                runtime.block_on(future)
            }
        })
    }

    /// Where it polls on the caller's thread without a runtime, what could be polled so may be called as well until what
    /// this gives is dropped: for what most often is done at once, and needs no future then.
    ///
    /// # Errors
    /// As [`block_on`](Self::block_on).
    #[inline]
    pub(crate) fn polling_here(&self) -> Result<Option<park::Restore>> {
        may_block()?;
        Ok(matches!(self, Self::Caller).then(park::begin))
    }

    /// Polls what nobody waits for to its end, such as the closing of a connection, before the call returns that it is
    /// part of.
    ///
    /// By a task of somebody else's runtime, which must not be held up, it is left to a thread of its own where a
    /// runtime has to turn for it; without a runtime it is enough to drop it. A thread that ends can poll nothing any more,
    /// and has another one do it.
    pub(crate) fn finish(&self, future: BoxFuture<'static, ()>) {
        if thread_is_ending() {
            let finishing = self.finish_apart(future);
            // Windows holds a lock while a thread ends, which another one needs to begin.
            if !cfg!(windows)
                && let Some(finishing) = finishing
            {
                let _ = finishing.join();
            }
        } else if !inside_async_task() {
            // Never an error here.
            let _ = self.block_on(future);
        } else if !matches!(self, Self::Caller)
            && let Err((executor, future)) = later((self.clone(), future))
        {
            executor.finish_apart(future);
        }
    }

    /// Polls it on a thread of its own. Where there is none to be had, the future is dropped.
    fn finish_apart(&self, future: BoxFuture<'static, ()>) -> Option<JoinHandle<()>> {
        let executor = self.clone();
        let work = move || drop(executor.block_on(future));
        thread::Builder::new().name("sqlsession-finish".to_owned()).spawn(work).ok()
    }
}

/// Whether what this thread has of its own is being dropped, in which a session may be: what tokio and this crate keep there
/// may be gone.
fn thread_is_ending() -> bool {
    !shared_runtime::thread_lives()
        || !park::thread_lives()
        || Handle::try_current().is_err_and(|error| error.is_thread_local_destroyed())
}

/// # Errors
/// `InvalidState` where other tasks of a runtime would be held up.
fn may_block() -> Result<()> {
    if !inside_async_task() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidState,
        "a blocking call inside an async task would stall its runtime: use AsyncDatabase or an async engine there, \
         or make the call in spawn_blocking",
    ))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::runtime::timeout;

    #[test]
    fn a_timeout_on_a_runtime_inside_of_a_parked_call_ends() {
        let runtime = Executor::runtime().unwrap();
        let inner = || runtime.block_on(timeout(Duration::from_millis(10), std::future::pending::<()>()));
        let outer = Executor::Caller.block_on(async { inner() }).unwrap();
        assert_eq!(outer.unwrap(), None);
    }

    #[tokio::test]
    async fn a_runtime_can_be_dropped_inside_a_task() {
        let executor = Executor::runtime().unwrap();
        assert_eq!(executor.block_on(async {}).unwrap_err().kind(), ErrorKind::InvalidState);
        drop(executor);
    }

    #[test]
    fn what_nobody_waits_for_is_finished_before_the_call_returns() {
        let executor = Executor::runtime().unwrap();
        let (sender, mut receiver) = tokio::sync::oneshot::channel();
        let inner = executor.clone();
        let finishing = Box::pin(async {
            tokio::task::yield_now().await;
            let _ = sender.send(7);
        });
        executor.block_on(async { inner.finish(finishing) }).unwrap();
        assert_eq!(receiver.try_recv(), Ok(7));
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_finished_off_a_task() {
        let executor = Executor::runtime().unwrap();
        let (sender, receiver) = tokio::sync::oneshot::channel();
        executor.finish(Box::pin(async {
            let _ = sender.send(7);
        }));
        assert_eq!(receiver.await, Ok(7));
    }
}
