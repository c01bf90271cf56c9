//! How an engine ends: what is out comes back, and nothing is lent any more.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::Poll,
    time::Duration,
};

use tokio::sync::Notify;

use super::{CloseReason, Pool};
use crate::{
    Error, ErrorKind, Result,
    driver::{BoxFuture, Driver},
    engine::Shared,
    runtime::timeout,
};

/// Whether the end has begun, and what it waits for.
#[derive(Debug, Default)]
pub(crate) struct Closing {
    begun: AtomicBool,
    /// Connections that are being closed in the background.
    leaving: AtomicUsize,
    changed: Notify,
}

impl Closing {
    pub(super) fn has_begun(&self) -> bool {
        self.begun.load(Ordering::SeqCst)
    }

    async fn until(&self, is_so: impl Fn() -> bool) {
        loop {
            let mut changed = pin!(self.changed.notified());
            changed.as_mut().enable();
            if is_so() {
                return;
            }
            changed.await;
        }
    }

    /// Something came back or was closed.
    pub(super) fn progress(&self) {
        if self.has_begun() {
            self.changed.notify_waiters();
        }
    }
}

/// Waits for this, and for connections that are being closed meanwhile, each of which takes as long as its driver lets it.
async fn beside<T>(mut closings: Vec<BoxFuture<'static, ()>>, waiting: impl Future<Output = T>) -> T {
    let mut waiting = pin!(waiting);
    let mut output = None;
    poll_fn(|cx| {
        closings.retain_mut(|closing| closing.as_mut().poll(cx).is_pending());
        if output.is_none()
            && let Poll::Ready(waited) = waiting.as_mut().poll(cx)
        {
            output = Some(waited);
        }
        if closings.is_empty() { output.take().map_or(Poll::Pending, Poll::Ready) } else { Poll::Pending }
    })
    .await
}

/// A connection that is being closed, until this is dropped.
#[derive(Debug)]
pub(crate) struct Leaving(Arc<Closing>);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.leaving.fetch_sub(1, Ordering::SeqCst);
        self.0.progress();
    }
}

impl<D: Driver> Pool<D> {
    /// Whether its end has begun.
    pub(crate) fn is_closed(&self) -> bool {
        self.closing.has_begun()
    }

    /// Counts a connection that is being closed.
    pub(crate) fn leave(&self) -> Leaving {
        self.closing.leaving.fetch_add(1, Ordering::SeqCst);
        Leaving(self.closing.clone())
    }

    /// Lends nothing from now on, closes what is idle, and waits until everything that is out has come back and is closed.
    ///
    /// # Errors
    /// `PoolTimeout` when that takes longer than `limit`.
    ///
    /// Cancel safe: dropped, the pool is closed and nobody waits.
    pub(crate) async fn close(&self, shared: &Shared<D>, limit: Duration) -> Result<()> {
        self.closing.begun.store(true, Ordering::SeqCst);
        self.closing.changed.notify_waiters();
        self.send_away();
        let closings = shared.close_all_awaited(self.generation().forget(), CloseReason::Disposed);
        let all_closed =
            self.closing.until(|| !self.is_lent() && self.closing.leaving.load(Ordering::SeqCst) == 0);
        match beside(closings, timeout(limit, all_closed)).await {
            Some(()) => Ok(()),
            None => Err(self.not_closed(limit)),
        }
    }

    fn not_closed(&self, limit: Duration) -> Error {
        let mut words =
            format!("after {limit:?} connections are still out, and will be closed when they come back");
        if let Some(longest) = self.holders.longest() {
            words += &format!("; {longest}");
        }
        Error::new(ErrorKind::PoolTimeout, words)
    }
}
