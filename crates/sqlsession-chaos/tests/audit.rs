//! The audit finds what it is there for.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use sqlsession_chaos::bank::{Books, Claim, Findings, LedgerRow, Outcome, audit};

/// The books after these transfers of 5 from account 1 to account 2.
fn books(transfers: &[i64]) -> Books {
    let mut books = Books::opening();
    for &transfer in transfers {
        *books.accounts.get_mut(&1).unwrap() -= 5;
        *books.accounts.get_mut(&2).unwrap() += 5;
        books.ledger.push(LedgerRow { transfer, source: 1, target: 2, amount: 5 });
    }
    books
}

fn claim(transfer: i64, outcome: Outcome) -> Claim {
    Claim { transfer, source: 1, target: 2, amount: 5, outcome }
}

fn found(books: &Books, claims: &[Claim]) -> Findings {
    audit(&Books::opening(), books, claims.iter().cloned())
}

/// What is wrong with books whose ledger agrees with the balances.
fn wrong(transfers: &[i64], claims: &[Claim]) -> Vec<String> {
    found(&books(transfers), claims).violations.iter().map(ToString::to_string).collect()
}

#[test]
fn right_books_are_right() {
    let claims = [
        claim(1, Outcome::Acknowledged),
        claim(2, Outcome::Failed),
        claim(3, Outcome::Unknown),
        claim(4, Outcome::Unknown),
    ];
    let findings = found(&books(&[1, 3]), &claims);
    assert_eq!(findings, Findings { violations: Vec::new(), unknown_there: 1, unknown_absent: 1 });
}

#[test]
fn a_lost_transfer_is_found() {
    assert_eq!(wrong(&[], &[claim(1, Outcome::Acknowledged)]), ["transfer 1: was acknowledged and is lost"]);
}

#[test]
fn a_doubled_transfer_is_found() {
    for outcome in [Outcome::Acknowledged, Outcome::Unknown] {
        assert_eq!(wrong(&[1, 1], &[claim(1, outcome)]), ["transfer 1: is there 2 times"]);
    }
}

#[test]
fn a_failed_transfer_that_is_there_is_found() {
    assert_eq!(wrong(&[1], &[claim(1, Outcome::Failed)]), ["transfer 1: failed for certain and is there"]);
}

#[test]
fn a_transfer_of_nobody_is_found() {
    assert_eq!(wrong(&[-7], &[]), ["transfer -7: is in the ledger, and nobody made it"]);
}

#[test]
fn another_transfer_than_was_made_is_found() {
    let mut other = claim(1, Outcome::Acknowledged);
    other.amount = 6;
    assert!(wrong(&[1], &[other])[0].contains("amount: 5"));
}

#[test]
fn half_a_transfer_is_found() {
    let mut half = books(&[1]);
    *half.accounts.get_mut(&2).unwrap() -= 5;
    let findings = found(&half, &[claim(1, Outcome::Acknowledged)]);
    let words: Vec<String> = findings.violations.iter().map(ToString::to_string).collect();
    assert_eq!(words.len(), 2, "{words:?}");
    assert!(words[0].starts_with("the balances add up to") && words[1].starts_with("account 2"), "{words:?}");

    let mut unwritten = books(&[1]);
    unwritten.ledger.clear();
    let findings = found(&unwritten, &[claim(1, Outcome::Failed)]);
    assert_eq!(findings.violations.len(), 2, "the balances of both accounts are not the ledger's");

    let mut missing = books(&[]);
    missing.accounts.remove(&3);
    assert_eq!(found(&missing, &[]).violations.len(), 2);
}
