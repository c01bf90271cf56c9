use std::fmt;
use std::time::Duration;

use crate::bank::{Claim, Outcome};
use crate::unit::{Ending, Plan};

/// The life of one transfer.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) plan: Plan,
    pub(super) started: Duration,
    pub(super) attempts: Vec<(Duration, Ending)>,
    /// Whether no attempt is on its way, or was when its process was killed.
    pub(super) over: bool,
}

impl Record {
    pub(crate) fn claim(&self) -> Claim {
        let Plan { transfer, source, target, amount, .. } = self.plan;
        Claim { transfer, source, target, amount, outcome: self.outcome() }
    }

    fn outcome(&self) -> Outcome {
        match self.attempts.last() {
            Some((_, Ending::Acknowledged)) => Outcome::Acknowledged,
            Some((_, Ending::Failed { .. })) if self.over => Outcome::Failed,
            _ => Outcome::Unknown,
        }
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "    {:>9.3} s  {:?}", self.started.as_secs_f64(), self.plan)?;
        for (at, ending) in &self.attempts {
            writeln!(f, "    {:>9.3} s  {ending:?}", at.as_secs_f64())?;
        }
        if !self.over {
            writeln!(f, "                 nothing was heard of it since")?;
        }
        Ok(())
    }
}
