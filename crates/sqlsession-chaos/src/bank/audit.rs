use std::collections::HashMap;
use std::fmt;

use super::books::{Books, LedgerRow};

/// What those who made a transfer say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its number.
    pub transfer: i64,
    /// The account that it takes from.
    pub source: u32,
    /// The account that it gives to.
    pub target: u32,
    /// How much.
    pub amount: i64,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Commit has returned `Ok`: it is there, once.
    Acknowledged,
    /// It has failed for certain: it is not there.
    Failed,
    /// It may be there, once.
    Unknown,
}

/// Something that must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// What is wrong.
    pub what: String,
    /// The transfer that it is about, if it is about one.
    pub transfer: Option<i64>,
}

impl Violation {
    /// One that is about no transfer.
    #[must_use]
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), transfer: None }
    }

    /// One that is about this transfer.
    #[must_use]
    pub fn of(transfer: i64, what: impl Into<String>) -> Self {
        Self { what: what.into(), transfer: Some(transfer) }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.transfer {
            Some(transfer) => write!(f, "transfer {transfer}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

/// What an audit has found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// What must not be.
    pub violations: Vec<Violation>,
    /// Transfers whose outcome was unknown, and that are there.
    pub unknown_there: usize,
    /// Transfers whose outcome was unknown, and that are not there.
    pub unknown_absent: usize,
}

/// Holds the books against what those say who made the transfers.
#[must_use]
pub fn audit(opening: &Books, books: &Books, claims: impl IntoIterator<Item = Claim>) -> Findings {
    let mut findings = Findings::default();
    balances(opening, books, &mut findings.violations);
    let mut rows: HashMap<i64, Vec<LedgerRow>> = HashMap::new();
    for row in &books.ledger {
        rows.entry(row.transfer).or_default().push(*row);
    }
    for claim in claims {
        let found = rows.remove(&claim.transfer).unwrap_or_default();
        check(&claim, &found, &mut findings);
    }
    for transfer in rows.into_keys() {
        findings.violations.push(Violation::of(transfer, "is in the ledger, and nobody made it"));
    }
    findings
}

fn balances(opening: &Books, books: &Books, violations: &mut Vec<Violation>) {
    let (before, after): (i64, i64) = (opening.accounts.values().sum(), books.accounts.values().sum());
    if before != after {
        violations.push(Violation::new(format!("the balances add up to {after}, not to {before}")));
    }
    let mut replayed = opening.accounts.clone();
    for row in &books.ledger {
        *replayed.entry(row.source).or_default() -= row.amount;
        *replayed.entry(row.target).or_default() += row.amount;
    }
    for (account, expected) in &replayed {
        let found = books.accounts.get(account);
        if found != Some(expected) {
            violations.push(Violation::new(format!(
                "account {account} has {found:?}, and by the ledger it has {expected}"
            )));
        }
    }
}

fn check(claim: &Claim, found: &[LedgerRow], findings: &mut Findings) {
    let mut add = |what: String| findings.violations.push(Violation::of(claim.transfer, what));
    match (claim.outcome, found.len()) {
        (Outcome::Acknowledged, 0) => add("was acknowledged and is lost".into()),
        (Outcome::Failed, 1..) => add("failed for certain and is there".into()),
        (_, 2..) => add(format!("is there {} times", found.len())),
        (Outcome::Unknown, 0) => findings.unknown_absent += 1,
        (Outcome::Unknown, _) => findings.unknown_there += 1,
        (Outcome::Failed | Outcome::Acknowledged, _) => {}
    }
    for row in found {
        let made = LedgerRow {
            transfer: claim.transfer,
            source: claim.source,
            target: claim.target,
            amount: claim.amount,
        };
        if *row != made {
            findings
                .violations
                .push(Violation::of(claim.transfer, format!("is there as {row:?} and was made as {made:?}")));
        }
    }
}
