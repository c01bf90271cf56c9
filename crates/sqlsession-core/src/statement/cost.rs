use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

/// How long a text takes to run, learnt by running it.
///
/// An estimate that leans to the slow side: a slower run counts at once, quicker ones bring it down step by step.
#[derive(Debug, Default)]
pub struct Cost {
    /// Microseconds plus one; 0 is "never run".
    estimate: AtomicU32,
}

impl Cost {
    /// Takes a run into account.
    pub fn record(&self, elapsed: Duration) {
        let micros = u32::try_from(elapsed.as_micros()).unwrap_or(u32::MAX - 1);
        let former = self.estimate.load(Ordering::Relaxed);
        let next = if former == 0 || micros >= former - 1 {
            micros
        } else {
            let known = former - 1;
            known - (known - micros).div_ceil(4)
        };
        self.estimate.store(next.saturating_add(1), Ordering::Relaxed);
    }

    /// Whether it is known to take less than this.
    #[must_use]
    pub fn is_below(&self, limit: Duration) -> bool {
        let estimate = self.estimate.load(Ordering::Relaxed);
        estimate != 0 && u128::from(estimate - 1) < limit.as_micros()
    }

    /// Whether it has never been run.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.estimate.load(Ordering::Relaxed) == 0
    }
}
