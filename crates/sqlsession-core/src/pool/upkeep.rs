//! What is done for a pool while nobody asks it for anything.

use std::{
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::runtime::Handle;

use super::{CloseReason, Lease, Pool, PoolOptions};
use crate::{
    Result,
    driver::{Driver, DriverConnection, Face},
    engine::Shared,
};

const SELDOMEST: Duration = Duration::from_secs(30);
const MOST_OFTEN: Duration = Duration::from_millis(50);
/// How often it is looked whether `min_idle` connections are there.
const REFILL: Duration = Duration::from_secs(1);

/// Whether there is anything to do, and who does it.
#[derive(Debug)]
pub(super) struct Upkeep {
    every: Option<Duration>,
    /// Whether a task does it.
    kept: Arc<AtomicBool>,
    /// When it was done last, where there is no background.
    last: Mutex<Option<Instant>>,
}

impl Upkeep {
    pub(super) fn new(options: &PoolOptions) -> Self {
        let often = [
            options.idle_timeout.map(|limit| limit / 2),
            // It ends up to a tenth earlier, by chance.
            options.max_lifetime.map(|age| age / 20),
            (options.min_idle > 0).then_some(REFILL),
        ];
        let every = often.into_iter().flatten().min().map(|every| every.clamp(MOST_OFTEN, SELDOMEST));
        Self { every, kept: Arc::default(), last: Mutex::default() }
    }

    pub(super) fn is_due(&self) -> bool {
        self.every.is_some() && !self.kept.load(Ordering::Relaxed)
    }
}

/// Says that a task keeps the pool, until it is dropped, with its runtime for example.
struct Keeping(Arc<AtomicBool>);

impl Drop for Keeping {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

impl<D: Driver> Pool<D> {
    /// Sees to it that the pool is kept up: by a task of this runtime, or here and now by a blocking engine.
    #[cold]
    pub(super) fn keep_up(&self, shared: &Arc<Shared<D>>) {
        let Some(every) = self.upkeep.every else { return };
        if shared.face == Face::Blocking {
            let mut last = self.upkeep.last.lock().unwrap_or_else(PoisonError::into_inner);
            if last.is_none_or(|last| last.elapsed() >= every) {
                *last = Some(Instant::now());
                drop(last);
                self.sweep(shared);
            }
        } else if let Ok(runtime) = Handle::try_current()
            && !self.upkeep.kept.swap(true, Ordering::Relaxed)
        {
            let keeping = Keeping(self.upkeep.kept.clone());
            drop(runtime.spawn(keep(Arc::downgrade(shared), every, keeping)));
        }
    }

    /// Closes the idle connections that have had their time or are of no more use.
    fn sweep(&self, shared: &Shared<D>) {
        let generation = self.generation();
        let mut left = generation.status().idle;
        let removed = generation.remove_idle(|idle| {
            let gone = match self.expired(idle) {
                Some(CloseReason::Idle) => left > self.options.min_idle,
                Some(_) => true,
                None => !idle.connection.is_usable(),
            };
            left = left.saturating_sub(usize::from(gone));
            gone
        });
        for idle in removed {
            let reason = self.expired(&idle).unwrap_or(CloseReason::Lost);
            shared.close(Some(idle.connection), idle.identity.number, reason);
        }
    }

    /// Opens connections until `min_idle` are idle, or all that the pool may keep are open.
    ///
    /// # Errors
    /// Why a connection could not be made.
    ///
    /// Cancel safe.
    pub(crate) async fn fill(&self, shared: &Arc<Shared<D>>) -> Result<()> {
        loop {
            let generation = self.generation();
            let status = generation.status();
            let enough = status.idle >= self.options.min_idle
                || status.idle + status.in_use >= self.options.max_idle();
            if enough {
                return Ok(());
            }
            let mut lease = Lease::new(generation.clone(), shared);
            let Some(place) = generation.empty_place() else { return Ok(()) };
            lease.set_place(place);
            if generation.is_forgotten() {
                return Ok(());
            }
            let connection = self.connect(&mut lease).await?;
            if !lease.put_idle(connection) {
                return Ok(());
            }
        }
    }
}

async fn keep<D: Driver>(shared: Weak<Shared<D>>, every: Duration, _keeping: Keeping) {
    while let Some(shared) = shared.upgrade()
        && !shared.pool.closing.has_begun()
    {
        shared.pool.sweep(&shared);
        // It is tried again, and whoever needs a connection meanwhile hears of the error.
        let _ = shared.pool.fill(&shared).await;
        drop(shared);
        tokio::time::sleep(every).await;
    }
}
