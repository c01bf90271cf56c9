use std::time::Duration;

use super::fault::{Fault, FaultSort};
use crate::random::Random;

/// The faults of a run, one after the other, without end. Each sort comes once before one comes twice.
#[derive(Debug, Clone)]
pub struct Schedule {
    random: Random,
    sorts: Vec<FaultSort>,
    deck: Vec<FaultSort>,
    /// How long the run is: no fault lasts a larger part of it.
    seconds: u64,
}

/// A connection whose other side is gone without a word takes a statement's timeout and that of its cancel to be given
/// up: a run of fewer seconds would be nothing else.
const HALF_OPEN_FROM: u64 = 30;

/// The numbers that decide faults are no worker's.
const PART: u64 = u64::MAX;

impl Schedule {
    /// The faults of these sorts that this seed decides on.
    #[must_use]
    pub fn new(seed: u64, sorts: &[FaultSort], seconds: u64) -> Self {
        let fits = |sort: &FaultSort| *sort != FaultSort::HalfOpen || seconds >= HALF_OPEN_FROM;
        let sorts = sorts.iter().copied().filter(fits).collect();
        Self { random: Random::of(seed, PART), sorts, deck: Vec::new(), seconds }
    }

    fn lasting(&mut self, sort: FaultSort) -> Duration {
        let most = match sort {
            FaultSort::Cut
            | FaultSort::Restart
            | FaultSort::EndConnections
            | FaultSort::Promote
            | FaultSort::KillProcess
            | FaultSort::KillProcesses => 0,
            FaultSort::Kill | FaultSort::StopStatements => 1_000,
            // Longer than a statement may take that is not answered.
            FaultSort::HalfOpen => 50_000,
            // Longer than a writer waits, now and then.
            FaultSort::Freeze | FaultSort::HoldLock if self.random.chance(20) => 7_000,
            _ => 2_500,
        };
        // Half-open connections wait beside the other faults.
        let part = if sort == FaultSort::HalfOpen { 2 } else { 5 };
        let most = most.min(self.seconds * 1000 / part);
        Duration::from_millis(if most == 0 { 0 } else { self.random.within(most / 5..most + 1) })
    }

    fn amount(&mut self, sort: FaultSort) -> u64 {
        match sort {
            FaultSort::Delay => self.random.within(1..200),
            FaultSort::Drip => self.random.within(1..64),
            FaultSort::CutAfter => self.random.within(0..3000),
            FaultSort::LoseCommit | FaultSort::LoseCommitAnswer => self.random.within(1..8),
            _ => self.random.within(0..16),
        }
    }
}

impl Iterator for Schedule {
    /// How long to wait before it, and the fault.
    type Item = (Duration, Fault);

    fn next(&mut self) -> Option<Self::Item> {
        if self.deck.is_empty() {
            self.deck = self.sorts.clone();
            self.random.shuffle(&mut self.deck);
        }
        let sort = self.deck.pop()?;
        let pause = Duration::from_millis(self.random.within(50..700));
        let (lasting, amount, other) = (self.lasting(sort), self.amount(sort), self.random.chance(50));
        Some((pause, Fault { sort, lasting, amount, other }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(seed: u64) -> Vec<(Duration, Fault)> {
        Schedule::new(seed, &FaultSort::NETWORK, 120).take(18).collect()
    }

    #[test]
    fn a_seed_says_which_faults_come() {
        assert_eq!(faults(4), faults(4));
        assert_ne!(faults(4), faults(5));
    }

    #[test]
    fn every_sort_comes_before_one_comes_twice() {
        for deck in faults(9).chunks(9) {
            let mut sorts: Vec<FaultSort> = deck.iter().map(|(_, fault)| fault.sort).collect();
            sorts.sort_unstable();
            assert_eq!(sorts, FaultSort::NETWORK);
        }
    }

    #[test]
    fn a_short_run_has_short_faults() {
        for (_, fault) in Schedule::new(1, &FaultSort::FILE, 5).take(40) {
            assert!(fault.lasting <= Duration::from_secs(1), "{fault}");
        }
        let short = Schedule::new(1, &FaultSort::NETWORK, 5);
        assert!(short.take(40).all(|(_, fault)| fault.sort != FaultSort::HalfOpen));
    }
}
