use std::fmt;
use std::time::Duration;

use crate::bank::{Findings, Violation};
use crate::history::{Record, Tally, Told};
use crate::target::Target;

/// No more violations than this are told in full.
const TOLD: usize = 20;

/// What a run was, and what it has found.
#[derive(Debug)]
pub struct Report {
    pub(crate) target: Target,
    pub(crate) seed: u64,
    pub(crate) elapsed: Duration,
    pub(crate) faults: Tally,
    pub(crate) restarts: u64,
    /// The longest time from the end of a fault to a commit, with the fault.
    pub(crate) slowest: Option<(Duration, &'static str)>,
    pub(crate) told: Told,
    pub(crate) findings: Findings,
}

impl Report {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.violations().next().is_none()
    }

    /// What must not be.
    pub fn violations(&self) -> impl Iterator<Item = &Violation> {
        self.told.violations.iter().chain(&self.findings.violations)
    }

    /// Transfers whose commit has returned `Ok`.
    #[must_use]
    pub fn acknowledged(&self) -> u64 {
        self.told.acknowledged
    }

    /// The faults, by their sort.
    #[must_use]
    pub fn faults(&self) -> &Tally {
        &self.faults
    }

    /// The cancels that have come to pass, by their sort.
    #[must_use]
    pub fn cancels(&self) -> &Tally {
        &self.told.cancels
    }

    fn tell_violations(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  the faults of seed {}:", self.seed)?;
        for (at, what) in &self.told.faults {
            writeln!(f, "    {:>9.3} s  {what}", at.as_secs_f64())?;
        }
        for violation in self.violations().take(TOLD) {
            writeln!(f, "  VIOLATION: {violation}")?;
            if let Some(record) = violation.transfer.and_then(|transfer| self.record(transfer)) {
                write!(f, "{record}")?;
            }
        }
        let more = self.violations().count().saturating_sub(TOLD);
        if more > 0 {
            writeln!(f, "  and {more} more")?;
        }
        Ok(())
    }

    fn record(&self, transfer: i64) -> Option<&Record> {
        self.told.records.get(&transfer.abs())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = &self.told;
        let seconds = self.elapsed.as_secs_f64();
        writeln!(f, "  transfers        {} in {seconds:.1} s", told.records.len())?;
        writeln!(
            f,
            "    committed      {} ({:.0} a second)",
            told.acknowledged,
            told.acknowledged as f64 / seconds
        )?;
        writeln!(f, "    failed tries   {}", told.failed)?;
        writeln!(f, "    run again      {}", told.retried)?;
        writeln!(f, "    unknown        {}", told.unknown)?;
        writeln!(
            f,
            "    of unknown     {} were there, {} were not",
            self.findings.unknown_there, self.findings.unknown_absent
        )?;
        writeln!(f, "  sums             {} right, others {}", told.sums, told.failed_sums)?;
        writeln!(f, "  faults           {}", self.faults)?;
        writeln!(f, "  cancels          {}", told.cancels)?;
        writeln!(f, "  restarts         {}", self.restarts)?;
        writeln!(
            f,
            "  connections      {} opened, {} found lost or thrown away",
            told.opened, told.invalidated
        )?;
        if let Some((slowest, fault)) = self.slowest {
            writeln!(f, "  slowest recovery {:.3} s, after {fault}", slowest.as_secs_f64())?;
        }
        if !self.is_good() {
            self.tell_violations(f)?;
        }
        write!(f, "{}: {} violations (seed {})", self.target, self.violations().count(), self.seed)
    }
}
