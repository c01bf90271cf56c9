//! The bank: its tables, what stands in them, and whether that is right.

mod audit;
mod books;
mod tables;

pub use audit::{Claim, Findings, Outcome, Violation, audit};
pub use books::{Books, LedgerRow};
pub use tables::{ACCOUNTS, OPENING_BALANCE, TABLES, TOTAL, opening_rows};
