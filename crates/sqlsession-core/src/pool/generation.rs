use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use deadpool::managed::{Object, Pool as Slotted, QueueMode, Timeouts};

use super::{PoolOptions, PoolStatus, slot::Slots};
use crate::{Error, ErrorKind, Result, driver::DriverConnection};

/// The slots between one `dispose` and the next.
pub(super) struct Generation<C: DriverConnection> {
    slots: Slotted<Slots<C>>,
    idle: AtomicUsize,
    in_use: AtomicUsize,
    waiting: AtomicUsize,
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
            idle: AtomicUsize::new(0),
            in_use: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            max_idle: options.max_idle(),
            size: options.pool_size,
            forgotten: AtomicBool::new(false),
        }))
    }

    /// A slot, waiting for one if all are taken; `None` when the generation is closed.
    ///
    /// Cancel safe: a waiter that is dropped leaves the queue.
    pub(super) async fn slot(&self) -> Option<Object<Slots<C>>> {
        self.slots.timeout_get(&Timeouts::new()).await.ok()
    }

    /// Counts somebody who waits, until what it gives is dropped.
    pub(super) fn wait(&self) -> Waiting<'_> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Waiting(&self.waiting)
    }

    pub(super) fn left(&self) {
        self.in_use.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn came_back(&self) {
        self.in_use.fetch_sub(1, Ordering::Relaxed);
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
    pub(super) fn forget(&self) -> Vec<super::slot::Idle<C>> {
        self.forgotten.store(true, Ordering::Release);
        let removed = self.slots.retain(|_, _| false).removed;
        let idle: Vec<_> = removed.into_iter().filter_map(|slot| slot.idle).collect();
        self.idle.fetch_sub(idle.len(), Ordering::Relaxed);
        idle
    }

    /// Whether `dispose` has replaced this generation.
    pub(super) fn is_forgotten(&self) -> bool {
        self.forgotten.load(Ordering::Acquire)
    }

    pub(super) fn status(&self) -> PoolStatus {
        PoolStatus {
            size: self.size,
            idle: self.idle.load(Ordering::Relaxed),
            in_use: self.in_use.load(Ordering::Relaxed),
            waiting: self.waiting.load(Ordering::Relaxed),
        }
    }
}

/// Somebody who waits for a slot.
pub(super) struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
