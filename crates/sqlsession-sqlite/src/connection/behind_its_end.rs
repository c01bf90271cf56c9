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
use crate::{error, guard::End};

/// Whether a statement that failed with this error has run as a whole.
pub(super) fn has_ended(
    sqlite: &Connection,
    state: &State,
    error: &Sqlite,
    readonly: bool,
    sql: &str,
) -> bool {
    let last_end = || state.guard.last_end();
    error::is_interrupt(error)
        && match (readonly, sqlite.is_autocommit()) {
            (false, false) => true,
            (false, true) => last_end() == Some(End::Committed),
            // COMMIT and ROLLBACK count as reading, and do not run where no transaction is open.
            (true, true) if begins(sql, "rollback") => true,
            (true, true) if commits(sql) => last_end() != Some(End::RolledBack),
            // So does RELEASE, which commits where the savepoint is the transaction.
            (true, true) => begins(sql, "release") && last_end() == Some(End::Committed),
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
    state.guard.stand_aside();
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

fn commits(sql: &str) -> bool {
    begins(sql, "commit") || begins(sql, "end")
}

fn begins(sql: &str, word: &str) -> bool {
    let first = first_word(sql, Lexicon::new(PlaceholderStyle::NumberedQuestion));
    first.is_some_and(|first| first.eq_ignore_ascii_case(word))
}
