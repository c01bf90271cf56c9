use std::fmt;

use crate::{
    Client,
    compare::Difference,
    decision::{CaseSort, Ledger},
};

/// What came of a run.
///
/// `Display` writes every difference, the reasons for what was skipped, the decisions with their cases, and closes with
/// `N passed, N failed, N skipped`. Cases that differ only by listed decisions are in none of the three.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report {
    /// The number of cases that came out as recorded.
    pub passed: usize,
    /// The cases that differ, or could not be judged, each with everything there is to say.
    pub failures: Vec<Failure>,
    /// The cases that were not run, each with the reason.
    pub skipped: Vec<(String, String)>,
    /// The number of cases that differ only by listed decisions.
    pub decided: usize,
    /// The decisions.
    pub ledger: Ledger,
}

/// A case that failed.
#[derive(Debug)]
#[non_exhaustive]
pub struct Failure {
    /// The case, with its backend if it has one.
    pub case: String,
    /// What it differs in; empty for a case that could not be judged.
    pub differences: Vec<Difference>,
    /// What else there is to say.
    pub message: String,
}

/// What came of one case.
#[derive(Debug)]
pub enum Verdict {
    /// It ran; here is everything that was not as recorded.
    Ran(Vec<Difference>),
    /// It could not be run.
    Skipped(String),
    /// It could not be judged: the file is damaged, or the ground for it could not be laid.
    Broken(String),
}

impl Report {
    pub(crate) fn new(ledger: Ledger) -> Self {
        Self { passed: 0, failures: Vec::new(), skipped: Vec::new(), decided: 0, ledger }
    }

    /// Takes a case in.
    pub(crate) fn add(&mut self, sort: CaseSort, case: String, verdict: Verdict) {
        match verdict {
            Verdict::Skipped(reason) => self.skipped.push((case, reason)),
            Verdict::Broken(message) => {
                self.failures.push(Failure { case, differences: Vec::new(), message });
            }
            Verdict::Ran(differences) if differences.is_empty() => self.passed += 1,
            Verdict::Ran(differences) => {
                let open = self.ledger.settle(sort, differences);
                if open.is_empty() {
                    self.decided += 1;
                } else {
                    self.failures.push(Failure { case, differences: open, message: String::new() });
                }
            }
        }
    }

    /// Makes a failure of every decision that nothing differs by any more.
    pub(crate) fn fail_stale_decisions(
        &mut self,
        backends: &[String],
        products: &[String],
        drivers: &[&str],
        client: Client,
    ) {
        let stale = self.ledger.stale(backends, products, drivers, client).map(|decision| Failure {
            case: format!("decision {}", decision.id),
            differences: Vec::new(),
            message: "stale decision: nothing differs by it any more".to_owned(),
        });
        self.failures.extend(stale.collect::<Vec<_>>());
    }

    /// Whether nothing failed.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.failures.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (case, reason) in &self.skipped {
            writeln!(f, "skipped {case}: {reason}")?;
        }
        for failure in &self.failures {
            if failure.differences.is_empty() {
                writeln!(f, "FAILED {}: {}", failure.case, failure.message)?;
            }
            for difference in &failure.differences {
                writeln!(f, "FAILED {difference}")?;
            }
        }
        let met = self.ledger.entries().iter().filter(|entry| !entry.cases.is_empty());
        let mut decisions = 0_usize;
        for entry in met {
            decisions += 1;
            writeln!(f, "decision {}: {}", entry.decision.id, entry.decision.reason)?;
            writeln!(f, "    {} cases: {}", entry.cases.len(), entry.cases.join(", "))?;
        }
        writeln!(f, "{} differ by {decisions} listed decisions", self.decided)?;
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failures.len(), self.skipped.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Aspect;

    fn difference(case: &str) -> Difference {
        Difference {
            case: case.to_owned(),
            backend: String::new(),
            product: None,
            client: None,
            driver: None,
            step: None,
            aspect: Aspect::Part,
            expected: vec![("host".to_owned(), "a".to_owned())],
            recorded: None,
            actual: "b".to_owned(),
            body: None,
            rules: Vec::new(),
        }
    }

    #[test]
    fn every_case_is_counted_once_and_decisions_apart() {
        let decisions = r#"[{"id": "wanted", "reason": "because", "of": "url", "cases": ["b"]}]"#;
        let mut report = Report::new(Ledger::parse(decisions).unwrap());
        report.add(CaseSort::Url, "a".to_owned(), Verdict::Ran(Vec::new()));
        report.add(CaseSort::Url, "b".to_owned(), Verdict::Ran(vec![difference("b")]));
        report.add(CaseSort::Url, "c".to_owned(), Verdict::Ran(vec![difference("c")]));
        report.add(CaseSort::Url, "d".to_owned(), Verdict::Skipped("not here".to_owned()));
        report.add(CaseSort::Url, "e".to_owned(), Verdict::Broken("no JSON".to_owned()));
        let text = report.to_string();
        assert!(text.ends_with("1 differ by 1 listed decisions\n1 passed, 2 failed, 1 skipped"), "{text}");
        assert!(text.contains("FAILED c: another part\n    expected (host): a\n    got: b"), "{text}");
        assert!(text.contains("skipped d: not here"), "{text}");
        assert!(!report.is_success());
    }

    #[test]
    fn a_stale_decision_is_a_failure() {
        let decisions = r#"[{"id": "old", "reason": "because", "of": "url"}]"#;
        let mut report = Report::new(Ledger::parse(decisions).unwrap());
        report.fail_stale_decisions(&[], &[], &[], Client::Async);
        assert!(report.to_string().contains("FAILED decision old: stale decision"));
    }
}
