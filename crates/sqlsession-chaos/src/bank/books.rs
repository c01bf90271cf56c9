use std::collections::BTreeMap;

use anyhow::{Context, Result};

use super::tables::{ACCOUNTS, OPENING_BALANCE};

/// What stands in the tables of the bank.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Books {
    /// The balance of each account.
    pub accounts: BTreeMap<u32, i64>,
    /// The ledger, in any order.
    pub ledger: Vec<LedgerRow>,
}

/// One transfer as the ledger has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerRow {
    /// Its number.
    pub transfer: i64,
    /// The account that it took from.
    pub source: u32,
    /// The account that it gave to.
    pub target: u32,
    /// How much.
    pub amount: i64,
}

impl Books {
    /// Asks for the two tables.
    pub(crate) const ACCOUNTS_SQL: &'static str = "SELECT id, balance FROM accounts";
    pub(crate) const LEDGER_SQL: &'static str = "SELECT transfer, source, target, amount FROM ledger";

    /// The books before the first transfer.
    #[must_use]
    pub fn opening() -> Self {
        Self { accounts: (1..=ACCOUNTS).map(|id| (id, OPENING_BALANCE)).collect(), ledger: Vec::new() }
    }

    /// Reads the two tables as the servers' own clients print them: a line for each row, columns separated by `|`.
    ///
    /// # Errors
    /// A line is something else.
    pub fn read(accounts: &str, ledger: &str) -> Result<Self> {
        let mut books = Self::default();
        for line in accounts.lines() {
            let [id, balance] = columns(line)?;
            books.accounts.insert(u32::try_from(id)?, balance);
        }
        for line in ledger.lines() {
            let [transfer, source, target, amount] = columns(line)?;
            let (source, target) = (u32::try_from(source)?, u32::try_from(target)?);
            books.ledger.push(LedgerRow { transfer, source, target, amount });
        }
        Ok(books)
    }
}

fn columns<const N: usize>(line: &str) -> Result<[i64; N]> {
    let numbers: Result<Vec<i64>, _> = line.split('|').map(str::parse).collect();
    let numbers = numbers.with_context(|| format!("the row {line:?} has more than numbers"))?;
    numbers.try_into().ok().with_context(|| format!("the row {line:?} has not {N} columns"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_clients_print_is_read() {
        let books = Books::read("1|10\n2|-3", "7|1|2|5").unwrap();
        assert_eq!(books.accounts, BTreeMap::from([(1, 10), (2, -3)]));
        assert_eq!(books.ledger, [LedgerRow { transfer: 7, source: 1, target: 2, amount: 5 }]);
        assert!(Books::read("1|x", "").is_err() && Books::read("1|2|3", "").is_err());
    }
}
