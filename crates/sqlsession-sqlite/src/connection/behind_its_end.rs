//! Statements that are stopped behind their end.
//!
//! SQLite asks its progress handler once more when a statement has run as a whole (`vdbe_return` in its `vdbe.c`), and then
//! tells of an interrupt. What is interrupted in its middle leaves nothing: a write rolls back its transaction.

use rusqlite::{Connection, Error as Sqlite};
use sqlsession_core::{
    Error, ErrorKind,
    driver::{Outcome, PlaceholderStyle},
    statement::{Lexicon, first_word},
};

use super::{
    attempt::Attempt,
    state::{State, run},
};
use crate::error;

/// Whether a statement that failed with this error has run as a whole. `before` is SQLite's count of changed rows before it.
pub(super) fn has_ended(sqlite: &Connection, error: &Sqlite, readonly: bool, before: u64, sql: &str) -> bool {
    error::is_interrupt(error)
        && match (readonly, sqlite.is_autocommit()) {
            (false, false) => true,
            (false, true) => sqlite.total_changes() != before,
            // COMMIT and ROLLBACK count as reading, and do not run where no transaction is open.
            (true, true) => ends_transaction(sql),
            (true, false) => false,
        }
}

/// What is told of it: what came of it where that is durable, or else that it was stopped, and it is undone as if it had been.
pub(super) fn ended(
    sqlite: &Connection,
    state: &State,
    error: Sqlite,
    sql: &str,
    outcome: Option<Outcome>,
) -> Attempt {
    if sqlite.is_autocommit() {
        return Attempt::Finished(outcome.ok_or_else(|| committed().with_cause(error)));
    }
    let stopped = state.refused(error, sql);
    roll_back(sqlite, state);
    stopped
}

/// Rolls back the transaction of a statement that was to be stopped.
pub(super) fn roll_back(sqlite: &Connection, state: &State) {
    // Neither a cancel nor a deadline is meant for this.
    state.guard.begin_operation();
    state.guard.rest();
    // Where it fails the transaction is there: core asks.
    let _ = run(sqlite, "ROLLBACK");
}

/// The error where what it has given is lost.
fn committed() -> Error {
    Error::new(
        ErrorKind::StatementCommitted,
        "the statement had run and was durable when it was to be stopped: its rows are not known",
    )
}

fn ends_transaction(sql: &str) -> bool {
    let word = first_word(sql, Lexicon::new(PlaceholderStyle::NumberedQuestion));
    word.is_some_and(|word| ["commit", "end", "rollback"].iter().any(|end| word.eq_ignore_ascii_case(end)))
}
