use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
    time::Instant,
};

use deadpool::managed::{Object, Pool as Slotted, QueueMode, Timeouts};

use super::{
    PoolOptions, PoolStatus,
    counters::Counters,
    slot::{Idle, Slots},
};
use crate::{Error, ErrorKind, Result, driver::DriverConnection};

/// The slots between one `dispose` and the next.
pub(super) struct Generation<C: DriverConnection> {
    slots: Slotted<Slots<C>>,
    lifo: bool,
    idle: AtomicUsize,
    /// Those who have or want a connection.
    out: AtomicUsize,
    /// Those of them that open one.
    connecting: AtomicUsize,
    /// Those of them that wait for a slot.
    waiting: AtomicUsize,
    /// Those who are out no more, and whose place is not free yet: the end of an engine waits for them as well.
    returning: AtomicUsize,
    max_idle: usize,
    size: usize,
    forgotten: AtomicBool,
}

impl<C: DriverConnection> Generation<C> {
    pub(super) fn new(options: &PoolOptions) -> Result<Arc<Self>> {
        let mode = if options.pool_use_lifo { QueueMode::Lifo } else { QueueMode::Fifo };
        let slots =
            Slotted::builder(Slots::new()).max_size(options.max_size()).queue_mode(mode).build().map_err(
                |e| Error::new(ErrorKind::Configuration, "the pool could not be built").with_cause(e),
            )?;
        Ok(Arc::new(Self {
            slots,
            lifo: options.pool_use_lifo,
            idle: AtomicUsize::new(0),
            out: AtomicUsize::new(0),
            connecting: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            returning: AtomicUsize::new(0),
            max_idle: options.max_idle(),
            size: options.size(),
            forgotten: AtomicBool::new(false),
        }))
    }

    /// A slot, waiting for one if all are taken. `None` never comes, for deadpool's pool is never closed.
    ///
    /// Cancel safe: a waiter that is dropped leaves the queue.
    pub(super) async fn slot(&self) -> Option<Object<Slots<C>>> {
        self.slots.timeout_get(&Timeouts::new()).await.ok()
    }

    /// A slot, if there is one.
    pub(super) fn slot_at_once(&self) -> Option<Object<Slots<C>>> {
        // Slots are made and lent without I/O.
        match pin!(self.slot()).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(slot) => slot,
            Poll::Pending => None,
        }
    }

    /// A slot without a connection, if there is one to be had without waiting.
    pub(super) fn empty_slot(&self) -> Option<Object<Slots<C>>> {
        let mut filled = Vec::new();
        let empty = loop {
            match self.slot_at_once() {
                Some(slot) if slot.idle.is_some() => filled.push(slot),
                empty => break empty,
            }
        };
        // Back in the order they stood in.
        if self.lifo {
            filled.reverse();
        }
        drop(filled);
        empty
    }

    /// Counts somebody who waits, until what it gives is dropped.
    pub(super) fn wait<'a>(&'a self, counters: &'a Counters) -> Waiting<'a> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        counters.waits();
        Waiting { waiting: &self.waiting, counters, since: Instant::now() }
    }

    /// Counts somebody who opens a connection, until what it gives is dropped.
    pub(super) fn connect(&self) -> Connecting<'_> {
        self.connecting.fetch_add(1, Ordering::Relaxed);
        Connecting(&self.connecting)
    }

    /// Whether there is a connection that may come back to those who wait for one.
    pub(super) fn has_live(&self) -> bool {
        let status = self.status();
        status.idle > 0
            || status.in_use > self.connecting.load(Ordering::Relaxed)
            || self.returning.load(Ordering::Relaxed) > 0
    }

    pub(super) fn left(&self) {
        self.out.fetch_add(1, Ordering::SeqCst);
    }

    /// A place is about to be free, for somebody who must not find its former holder still counted.
    pub(super) fn comes_back(&self) {
        self.returning.fetch_add(1, Ordering::SeqCst);
        self.out.fetch_sub(1, Ordering::SeqCst);
    }

    /// The place is free.
    pub(super) fn came_back(&self) {
        self.returning.fetch_sub(1, Ordering::SeqCst);
    }

    pub(super) fn is_lent(&self) -> bool {
        // In the order in which one goes from the first to the second.
        self.out.load(Ordering::SeqCst) > 0 || self.returning.load(Ordering::SeqCst) > 0
    }

    /// Whether a connection is idle, which may have changed since.
    pub(super) fn has_idle(&self) -> bool {
        self.idle.load(Ordering::Relaxed) > 0
    }

    pub(super) fn taken_from_idle(&self) {
        self.idle.fetch_sub(1, Ordering::Relaxed);
    }

    /// Whether one more connection may be kept idle. If so, it is counted.
    pub(super) fn keep(&self) -> bool {
        if self.forgotten.load(Ordering::Acquire) {
            return false;
        }
        let kept = self.idle.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |idle| {
            (idle < self.max_idle).then_some(idle + 1)
        });
        kept.is_ok()
    }

    /// Takes out every idle connection. What is lent works on and is closed when it comes back.
    pub(super) fn forget(&self) -> Vec<Idle<C>> {
        self.forgotten.store(true, Ordering::Release);
        self.remove_idle(|_| true)
    }

    /// Takes out the idle connections of which this is true, asked from the one that came back first.
    pub(super) fn remove_idle(&self, mut gone: impl FnMut(&Idle<C>) -> bool) -> Vec<Idle<C>> {
        let removed = self.slots.retain(|slot, _| slot.idle.as_ref().is_some_and(|idle| !gone(idle))).removed;
        let idle: Vec<_> = removed.into_iter().filter_map(|slot| slot.idle).collect();
        self.idle.fetch_sub(idle.len(), Ordering::Relaxed);
        idle
    }

    /// Whether `dispose` has replaced this generation, or the engine is closed.
    pub(super) fn is_forgotten(&self) -> bool {
        self.forgotten.load(Ordering::Acquire)
    }

    pub(super) fn status(&self) -> PoolStatus {
        let waiting = self.waiting.load(Ordering::Relaxed);
        PoolStatus {
            size: self.size,
            idle: self.idle.load(Ordering::Relaxed),
            in_use: self.out.load(Ordering::Relaxed).saturating_sub(waiting),
            waiting,
        }
    }
}

/// Somebody who waits for a slot.
pub(super) struct Waiting<'a> {
    waiting: &'a AtomicUsize,
    counters: &'a Counters,
    since: Instant,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        self.counters.has_waited(self.since.elapsed());
    }
}

/// Somebody who opens a connection in a slot.
pub(super) struct Connecting<'a>(&'a AtomicUsize);

impl Drop for Connecting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
