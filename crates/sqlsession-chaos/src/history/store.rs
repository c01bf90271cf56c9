use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::entry::{Entry, Journal};
use super::record::Record;
use super::tally::Tally;
use crate::bank::Violation;
use crate::unit::Ending;

/// What all workers have told, and when.
#[derive(Debug)]
pub(crate) struct History {
    begin: Instant,
    told: Mutex<Told>,
}

/// The same, to be read.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) records: HashMap<i64, Record>,
    pub(crate) violations: Vec<Violation>,
    /// Attempts that failed for certain, by the kind of their error.
    pub(crate) failed: Tally,
    /// Attempts whose outcome is unknown.
    pub(crate) unknown: Tally,
    /// Attempts that the retry of the product has followed up, by the kind of their error.
    pub(crate) retried: Tally,
    pub(crate) acknowledged: u64,
    pub(crate) cancels: Tally,
    pub(crate) sums: u64,
    pub(crate) failed_sums: Tally,
    pub(crate) opened: u64,
    pub(crate) invalidated: u64,
    /// The faults, as they came.
    pub(crate) faults: Vec<(Duration, String)>,
}

impl History {
    pub(crate) fn new() -> Self {
        Self { begin: Instant::now(), told: Mutex::default() }
    }

    pub(crate) fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long it has been written.
    pub(crate) fn elapsed(&self) -> Duration {
        self.begin.elapsed()
    }

    /// Writes down that a fault begins or ends.
    pub(crate) fn fault(&self, what: String) {
        let at = self.elapsed();
        self.told().faults.push((at, what));
    }

    pub(crate) fn violation(&self, violation: Violation) {
        self.told().violations.push(violation);
    }
}

impl Journal for History {
    fn write(&self, entry: Entry) {
        let at = self.elapsed();
        let mut told = self.told();
        match entry {
            Entry::Started(plan) => {
                let number = plan.transfer;
                let record = Record { plan, started: at, attempts: Vec::new(), over: false };
                told.records.insert(number, record);
            }
            Entry::Ended { transfer, ending, struck, last } => told.ended(transfer, ending, struck, last, at),
            Entry::Summed => told.sums += 1,
            Entry::SumFailed { sort } => told.failed_sums.add(&sort),
            Entry::Retried { sort } => told.retried.add(&sort),
            Entry::Opened => told.opened += 1,
            Entry::Invalidated => told.invalidated += 1,
            Entry::Violation(what) => told.violations.push(Violation::new(what)),
        }
    }
}

impl Told {
    fn ended(&mut self, transfer: i64, ending: Ending, struck: bool, last: bool, at: Duration) {
        match &ending {
            Ending::Acknowledged => self.acknowledged += 1,
            Ending::Failed { sort, .. } => self.failed.add(sort),
            Ending::Unknown { sort, .. } => self.unknown.add(sort),
            Ending::Broken { what } => self.violations.push(Violation::of(transfer, what.clone())),
        }
        let Some(record) = self.records.get_mut(&transfer) else {
            self.violations.push(Violation::of(transfer, "ended and has not begun"));
            return;
        };
        record.over = last;
        if struck && record.attempts.is_empty() {
            self.cancels.add(record.plan.cancel.sort().unwrap_or("statement timeout of all"));
        }
        record.attempts.push((at, ending));
    }
}
