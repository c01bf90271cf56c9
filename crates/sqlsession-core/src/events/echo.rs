use std::{io::Write, time::Duration};

use super::{ConnectionEvent, Events, RetryEvent, SavepointEvent, StatementEvent};
use crate::{Error, Value};

/// Prints what an engine does to standard error: the engine option `echo`.
///
/// Transactions, statements and how long they took; the values only where they are [asked for](Self::with_values).
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Echo {
    values: bool,
}

/// Of more sets of values than this only so many are shown, as by SQLAlchemy.
const MOST_SETS: usize = 10;
/// Of a longer value only so many characters are shown.
const MOST_CHARACTERS: usize = 300;

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
            for set in event.values().iter().filter(|set| !set.is_empty()).take(MOST_SETS) {
                let values: Vec<String> = set.iter().map(shown).collect();
                Self::line(event.connection, format_args!("  ({})", values.join(", ")));
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

fn shown(value: &Value) -> String {
    let mut text = match value {
        Value::Null => "NULL".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::I64(number) => number.to_string(),
        Value::U64(number) => number.to_string(),
        Value::F64(number) => number.to_string(),
        Value::Decimal(number) => number.clone(),
        Value::Text(text) | Value::Json(text) => format!("'{text}'"),
        other => format!("{other:?}"),
    };
    if let Some((end, _)) = text.char_indices().nth(MOST_CHARACTERS) {
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_as_sql_and_not_in_full() {
        assert_eq!(shown(&Value::Null), "NULL");
        assert_eq!(shown(&Value::from("Ada")), "'Ada'");
        let long = shown(&Value::from("ä".repeat(1_000)));
        assert_eq!(long.chars().count(), MOST_CHARACTERS + 1);
        assert!(long.ends_with('…'));
    }
}
