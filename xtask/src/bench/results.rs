//! What was measured, as lines of JSON under `bench/results`.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::targets::is_case;
use crate::workspace::root;

/// The file of a group, and of what was looked at.
pub(super) fn file(group: &str, kind: &str) -> PathBuf {
    root().join("bench/results").join(format!("{group}-{kind}.jsonl"))
}

/// The cost that is memory.
pub(super) const PEAK: &str = "MiB at the peak";

/// One line.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(super) enum Line {
    /// On what it was measured: the first of a file.
    Run(Run),
    /// What a contestant took in a case.
    Time(Time),
    /// What a call costs beside time.
    Cost(Cost),
    /// What a program costs to build.
    Build(Build),
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Run {
    pub(super) group: String,
    pub(super) date: String,
    pub(super) rounds: String,
    pub(super) machine: String,
    pub(super) versions: Vec<(String, String)>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Time {
    pub(super) group: String,
    pub(super) case: String,
    pub(super) contestant: String,
    /// Of one time, in each round.
    pub(super) nanos: Vec<f64>,
    /// The median and the 99th of a hundred waits, in each round.
    pub(super) waits: Vec<(f64, f64)>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Cost {
    pub(super) group: String,
    pub(super) case: String,
    pub(super) contestant: String,
    pub(super) cost: String,
    pub(super) amount: f64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Build {
    pub(super) backend: String,
    pub(super) program: String,
    pub(super) seconds: f64,
    pub(super) crates: usize,
    pub(super) kib: u64,
}

/// All that was measured.
#[derive(Debug, Default)]
pub(super) struct Results {
    pub(super) runs: Vec<Run>,
    pub(super) times: Vec<Time>,
    pub(super) costs: Vec<Cost>,
    pub(super) builds: Vec<Build>,
}

impl Results {
    /// Reads all files, in the order of the groups and not of their names.
    ///
    /// # Errors
    /// A file is not what the benchmark writes.
    pub(super) fn read() -> Result<Self> {
        let mut results = Self::default();
        for group in ["pool", "sqlite", "postgres", "mysql", "build"] {
            for kind in ["time", "costs", "instructions", "cost"] {
                let path = file(group, kind);
                if let Ok(text) = std::fs::read_to_string(&path) {
                    results.add(&text).with_context(|| format!("read {}", path.display()))?;
                }
            }
        }
        Ok(results)
    }

    #[cfg(test)]
    pub(super) fn of(text: &str) -> Result<Self> {
        let mut results = Self::default();
        results.add(text)?;
        Ok(results)
    }

    fn add(&mut self, text: &str) -> Result<()> {
        for line in text.lines() {
            match serde_json::from_str(line)? {
                Line::Run(run) => self.runs.push(run),
                Line::Time(time) => self.times.push(time),
                Line::Cost(cost) => self.costs.push(cost),
                Line::Build(build) => self.builds.push(build),
            }
        }
        Ok(())
    }

    /// MiB that each contestant needed at its peak in a case, which may have a size.
    pub(super) fn peaks(&self, group: &str, name: &str) -> Vec<&Cost> {
        let costs = self.costs.iter().filter(|cost| cost.group == group && cost.cost == PEAK);
        costs.filter(|cost| is_case(&cost.case, name)).collect()
    }

    /// The cases of a group, in the order in which they were run.
    pub(super) fn cases(&self, group: &str) -> Vec<&str> {
        let mut cases: Vec<&str> = Vec::new();
        for time in self.times.iter().filter(|time| time.group == group) {
            if !cases.contains(&&*time.case) {
                cases.push(&time.case);
            }
        }
        cases
    }

    /// The contestants of a case; the first is what the others are compared with.
    pub(super) fn contestants(&self, group: &str, case: &str) -> Vec<&Time> {
        self.times.iter().filter(|time| time.group == group && time.case == case).collect()
    }
}
