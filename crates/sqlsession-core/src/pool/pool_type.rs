use std::sync::{
    Arc, Mutex, PoisonError, RwLock,
    atomic::{AtomicU64, Ordering},
};

use super::{
    PoolCounters, PoolOptions, PoolStatus,
    close::Closing,
    counters::Counters,
    generation::Generation,
    holders::Holders,
    outage::Outage,
    slot::{Identity, Idle},
    upkeep::Upkeep,
};
use crate::{Result, driver::Driver};

/// An engine's connections.
pub(crate) struct Pool<D: Driver> {
    pub(super) options: PoolOptions,
    generation: RwLock<Arc<Generation<D::Connection>>>,
    /// Those that were disposed of while connections of theirs were out.
    former: Mutex<Vec<Arc<Generation<D::Connection>>>>,
    /// Counts the times that connections were lost; those lost together count once.
    losses: AtomicU64,
    pub(super) counters: Counters,
    pub(super) outage: Outage,
    pub(super) holders: Holders,
    pub(super) upkeep: Upkeep,
    pub(super) closing: Arc<Closing>,
}

impl<D: Driver> std::fmt::Debug for Pool<D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").field("options", &self.options).field("status", &self.status()).finish()
    }
}

impl<D: Driver> Pool<D> {
    pub(crate) fn new(options: PoolOptions) -> Result<Self> {
        options.check()?;
        Ok(Self {
            generation: RwLock::new(Generation::new(&options)?),
            former: Mutex::default(),
            losses: AtomicU64::new(0),
            counters: Counters::default(),
            outage: Outage::default(),
            holders: Holders::new(options.leak_detection),
            upkeep: Upkeep::new(&options),
            closing: Arc::default(),
            options,
        })
    }

    pub(crate) fn options(&self) -> &PoolOptions {
        &self.options
    }

    pub(crate) fn status(&self) -> PoolStatus {
        self.generation().status()
    }

    pub(crate) fn counters(&self) -> PoolCounters {
        self.counters.read()
    }

    pub(crate) fn count(&self) -> &Counters {
        &self.counters
    }

    // A panic cannot leave these locks' contents half-written: they hold pointers.
    pub(super) fn generation(&self) -> Arc<Generation<D::Connection>> {
        self.generation.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Starts anew with an empty pool and gives what was idle. A pool that is closed stays so.
    ///
    /// The driver hears of it before anybody can connect anew: all that one pool opens belongs together.
    pub(crate) fn dispose(&self, driver: &D) -> Result<Vec<Idle<D::Connection>>> {
        if self.closing.has_begun() {
            return Ok(Vec::new());
        }
        let fresh = Generation::new(&self.options)?;
        // Held until the former one is among them: whoever asks what is lent must not miss it in between.
        let mut formers = self.former.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever ends the engine meanwhile says so first, and looks here then.
        if self.closing.has_begun() {
            return Ok(Vec::new());
        }
        let mut current = self.generation.write().unwrap_or_else(PoisonError::into_inner);
        driver.disposed();
        let former = std::mem::replace(&mut *current, fresh);
        drop(current);
        let idle = former.forget();
        formers.retain(|generation| generation.is_lent());
        formers.push(former);
        Ok(idle)
    }

    /// Tells all who stand in line that they will get nothing, of whatever generation.
    pub(super) fn send_away(&self) {
        let formers = self.former.lock().unwrap_or_else(PoisonError::into_inner);
        let all: Vec<_> = formers.iter().cloned().chain([self.generation()]).collect();
        // Those who are woken may ask what is lent.
        drop(formers);
        all.iter().for_each(|generation| generation.send_away());
    }

    /// Whether a connection is out, of whatever generation.
    pub(super) fn is_lent(&self) -> bool {
        let formers = self.former.lock().unwrap_or_else(PoisonError::into_inner);
        self.generation().is_lent() || formers.iter().any(|generation| generation.is_lent())
    }

    pub(super) fn losses(&self) -> u64 {
        self.losses.load(Ordering::Relaxed)
    }

    /// Whether another connection was lost since this one was good: what ended that one may have ended this one too.
    pub(super) fn is_doubtful(&self, identity: &Identity) -> bool {
        identity.losses != self.losses()
    }

    /// A connection was lost: those that were opened before are asked whether they live, each once, before they are lent.
    ///
    /// Says whether this is news.
    pub(super) fn lost(&self, losses: u64) -> bool {
        self.losses.compare_exchange(losses, losses + 1, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}
