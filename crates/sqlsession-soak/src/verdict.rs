use std::fmt;

use crate::memory::mib;

/// What memory may grow after the warm-up, in KiB: an allocator's own ups and downs are less.
const GROWTH: u64 = 8 * 1024;

/// Memory over time, one sample a second.
#[derive(Debug, Default)]
pub(crate) struct Samples(Vec<u64>);

/// What memory has done after the warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Growth {
    /// The most of the first tenth after the warm-up.
    pub(crate) first: u64,
    /// The most of the last tenth.
    pub(crate) last: u64,
}

impl Samples {
    pub(crate) fn add(&mut self, kib: u64) {
        self.0.push(kib);
    }

    pub(crate) fn latest(&self) -> u64 {
        self.0.last().copied().unwrap_or(0)
    }

    /// `None` with too few samples. The warm-up is the first tenth: caches fill, threads start.
    pub(crate) fn growth(&self) -> Option<Growth> {
        let tenth = self.0.len() / 10;
        let most = |samples: &[u64]| samples.iter().max().copied();
        let first = most(&self.0[tenth..2 * tenth])?;
        let last = most(&self.0[self.0.len() - tenth..])?;
        Some(Growth { first, last })
    }
}

impl Growth {
    pub(crate) fn is_flat(self) -> bool {
        self.last <= self.first + GROWTH
    }
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} after the warm-up, {} at the end; {} more would be too much",
            mib(self.first),
            mib(self.last),
            mib(GROWTH)
        )
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn growth(of: impl Fn(u64) -> u64) -> Growth {
        let mut samples = Samples::default();
        (0..600).for_each(|second| samples.add(of(second)));
        samples.growth().unwrap()
    }

    #[test]
    fn what_grows_after_the_warm_up_is_told_from_what_grows_before() {
        assert!(growth(|second| 10_000 + second.min(60) * 1000).is_flat(), "it is warm then");
        assert!(growth(|second| 50_000 + second % 7 * 900).is_flat(), "ups and downs");
        assert!(!growth(|second| 50_000 + second * 20).is_flat(), "20 KiB a second");
        assert_eq!(growth(|second| second), Growth { first: 119, last: 599 });
    }

    #[test]
    fn a_few_samples_say_nothing() {
        let mut samples = Samples::default();
        (0..9).for_each(|second| samples.add(second));
        assert_eq!(samples.growth(), None);
    }
}
