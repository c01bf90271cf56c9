use std::time::{Duration, Instant};

use crate::{ErrorKind, engine::Engine, events::RetryEvent, runtime::jitter};

/// How often and how soon [`AsyncSessionMaker::run`](super::AsyncSessionMaker::run) runs a unit of work again.
///
/// ```
/// use std::time::Duration;
/// use sqlsession_core::RetryOptions;
///
/// let patient = RetryOptions::default().attempts(20).deadline(Duration::from_secs(120));
/// # let _ = patient;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryOptions {
    /// How often the unit runs at most, the first time included. Default 10; 0 counts as 1.
    pub attempts: u32,
    /// The wait before the second attempt. Each further wait is twice as long, and half of each is left to chance, so
    /// that those that met do not meet again. Default 20 ms.
    pub first_delay: Duration,
    /// The longest wait. Default 1 s.
    pub max_delay: Duration,
    /// After so long, counted from the first attempt, no further one begins; one that runs is not cut short.
    /// Default 30 s.
    pub deadline: Duration,
}

impl Default for RetryOptions {
    fn default() -> Self {
        Self {
            attempts: 10,
            first_delay: Duration::from_millis(20),
            max_delay: Duration::from_secs(1),
            deadline: Duration::from_secs(30),
        }
    }
}

impl RetryOptions {
    /// How often the unit runs at most.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The wait before the second attempt.
    #[must_use]
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// The longest wait.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// After so long no further attempt begins.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }
}

/// The attempts at one unit of work.
#[derive(Debug)]
pub(crate) struct Attempts {
    options: RetryOptions,
    start: Instant,
    failures: u32,
}

impl Attempts {
    pub(crate) fn new(options: &RetryOptions) -> Self {
        Self { options: options.clone(), start: Instant::now(), failures: 0 }
    }

    /// An attempt failed, for this reason if it is one that passes: how long to wait before the next, if there is to be
    /// one. Those who watch the engine are told.
    pub(crate) fn failed(&mut self, reason: Option<ErrorKind>, engine: &dyn Engine) -> Option<Duration> {
        let kind = reason?;
        let delay = self.next_delay()?;
        engine.tell_retry(RetryEvent { failures: self.failures, kind, delay });
        Some(delay)
    }

    fn next_delay(&mut self) -> Option<Duration> {
        self.failures += 1;
        if self.failures >= self.options.attempts {
            return None;
        }
        let doublings = 1u32.checked_shl(self.failures - 1).unwrap_or(u32::MAX);
        let longest = self.options.first_delay.saturating_mul(doublings).min(self.options.max_delay);
        let delay = longest / 2 + jitter(longest / 2);
        let begins = self.start.elapsed().saturating_add(delay);
        (begins < self.options.deadline).then_some(delay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_the_longest() {
        let options = RetryOptions::default().attempts(40).deadline(Duration::MAX);
        let mut attempts = Attempts::new(&options);
        for longest in [20, 40, 80, 160, 320, 640, 1000, 1000].map(Duration::from_millis) {
            let delay = attempts.next_delay().unwrap();
            assert!((longest / 2..=longest).contains(&delay), "{delay:?} of {longest:?}");
        }
        let rest =
            std::iter::from_fn(|| attempts.next_delay()).map(|delay| assert!(delay.as_secs() <= 1)).count();
        assert_eq!(rest, 31, "forty attempts have thirty-nine waits");
    }

    #[test]
    fn the_deadline_ends_it() {
        let mut attempts = Attempts::new(&RetryOptions::default().deadline(Duration::from_millis(5)));
        assert_eq!(attempts.next_delay(), None, "the wait alone is longer");
        assert_eq!(Attempts::new(&RetryOptions::default().attempts(0)).next_delay(), None);
        assert_eq!(Attempts::new(&RetryOptions::default().attempts(1)).next_delay(), None);
    }
}
