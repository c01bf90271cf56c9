use std::{io::Write, time::Duration};

use super::{ConnectionEvent, Events, RetryEvent, SavepointEvent, StatementEvent};
use crate::Error;

/// Prints what an engine does to standard error: the engine option `echo`.
///
/// Transactions, statements and how long they took; the values only where they are [asked for](Self::with_values).
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Echo {
    values: bool,
}

impl Echo {
    /// Prints the values as well, secrets among them.
    #[must_use]
    pub fn with_values(self) -> Self {
        Self { values: true }
    }

    // A closed standard error is no reason to fail a statement.
    fn line(connection: u64, words: std::fmt::Arguments<'_>) {
        let _ = writeln!(std::io::stderr().lock(), "sqlsession [{connection}] {words}");
    }
}

impl Events for Echo {
    fn begin(&self, event: ConnectionEvent) {
        Self::line(event.connection, format_args!("BEGIN"));
    }

    fn before_statement(&self, event: StatementEvent<'_>) {
        if event.sets == 1 {
            Self::line(event.connection, format_args!("{}", event.sql));
        } else {
            Self::line(event.connection, format_args!("{} ({} sets)", event.sql, event.sets));
        }
        if self.values {
            for set in event.shown_values() {
                Self::line(event.connection, format_args!("  {set}"));
            }
        }
    }

    fn after_statement(&self, event: StatementEvent<'_>, elapsed: Duration, error: Option<&Error>) {
        match error {
            None => Self::line(event.connection, format_args!("  {elapsed:.1?}")),
            Some(error) => Self::line(event.connection, format_args!("  {elapsed:.1?}: {error}")),
        }
    }

    fn savepoint(&self, event: SavepointEvent) {
        Self::line(event.connection, format_args!("SAVEPOINT {}", event.savepoint));
    }

    fn release_savepoint(&self, event: SavepointEvent) {
        Self::line(event.connection, format_args!("RELEASE SAVEPOINT {}", event.savepoint));
    }

    fn rollback_savepoint(&self, event: SavepointEvent) {
        Self::line(event.connection, format_args!("ROLLBACK TO SAVEPOINT {}", event.savepoint));
    }

    fn commit(&self, event: ConnectionEvent) {
        Self::line(event.connection, format_args!("COMMIT"));
    }

    fn rollback(&self, event: ConnectionEvent) {
        Self::line(event.connection, format_args!("ROLLBACK"));
    }

    fn retry(&self, event: RetryEvent) {
        let _ = writeln!(
            std::io::stderr().lock(),
            "sqlsession unit of work failed ({}), runs again in {:.1?}",
            event.kind,
            event.delay
        );
    }
}
