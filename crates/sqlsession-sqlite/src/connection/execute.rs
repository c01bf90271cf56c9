use std::sync::Arc;

use rusqlite::{Batch, Connection, Error as Sqlite, Statement, fallible_iterator::FallibleIterator as _};
use sqlsession_core::{
    Error, ErrorKind, Result, Value,
    driver::{Outcome, Request},
    row::{Batch as Rows, PackedRoom, PackedRows, RowSink},
    statement::CompiledText,
};

use super::{
    Inner,
    attempt::{Attempt, How},
    behind_its_end::{ended, has_ended},
    state::State,
};
use crate::{
    bind::bind,
    columns::{ColumnsCache, Known},
    error,
    rows::push,
};

impl Inner {
    /// Runs a statement and reads its rows.
    pub(super) fn execute(&mut self, request: &Request, how: How) -> Attempt {
        let Self { sqlite, state, columns } = self;
        let text = &request.text;
        let mut statement = match sqlite.prepare_cached(text.sql()) {
            Ok(statement) => statement,
            Err(error) => return unprepared(sqlite, state, error, text.sql()),
        };
        if let Err(error) = bind_all(&mut statement, &request.values) {
            return Attempt::Finished(Err(error));
        }
        let returns_rows = statement.column_count() > 0;
        let known = returns_rows.then(|| columns.of_prepared(&statement, text));
        let readonly = statement.readonly() && !known.as_ref().is_some_and(|known| known.writes_within());
        let writing = state.writing;
        // What gives rows is no BEGIN.
        let sql = if returns_rows { "" } else { text.sql() };
        if let Err(attempt) = state.enter(sqlite, readonly, sql, request.begin) {
            return attempt;
        }
        if !returns_rows && readonly && is_empty(&statement) {
            return Attempt::Finished(Ok(unchanged()));
        }
        let before = if readonly { 0 } else { sqlite.total_changes() };
        let started = state.start(how, readonly);
        let result = if let Some(known) = known {
            read(&mut statement, known, &mut state.room, request.sink.as_ref()).map(Some)
        } else {
            statement.raw_execute().map(|_| None)
        };
        state.record(text.cost(), how, started, 1, result.is_err());
        match result {
            Ok(rows) => {
                let mut outcome = if readonly { unchanged() } else { changed(sqlite, before) };
                if readonly && rows.is_some() {
                    outcome.rows_affected = None;
                }
                outcome.rows = rows;
                Attempt::Finished(Ok(outcome))
            }
            Err(error) if has_ended(sqlite, state, &error, readonly, text.sql()) => {
                let outcome = if readonly { unchanged() } else { changed(sqlite, before) };
                ended(sqlite, state, error, text.sql(), (!returns_rows).then_some(outcome))
            }
            Err(error) => failed(state, writing, error, text.sql()),
        }
    }
}

/// What a statement that was prepared and stepped has failed with.
pub(super) fn failed(state: &mut State, writing: bool, error: Sqlite, sql: &str) -> Attempt {
    if error::code(&error) == Some(error::BUSY_SNAPSHOT) {
        // It did not get the lock, so the turn is of no use to it.
        state.writing = writing;
    }
    state.refused(error, sql)
}

/// What a statement that could not be prepared has failed with.
pub(super) fn unprepared(sqlite: &Connection, state: &State, error: Sqlite, sql: &str) -> Attempt {
    let attempt = state.refused(error, sql);
    // Where a later statement needs what an earlier one makes, the fault is that there are several.
    if matches!(attempt, Attempt::Finished(_))
        && sql.trim_end_matches(|c: char| c == ';' || c.is_ascii_whitespace()).contains(';')
        && matches!(Batch::new(sqlite, sql).next(), Ok(Some(_)))
    {
        return Attempt::Finished(Err(error::several_statements()));
    }
    attempt
}

/// Reads all rows of a statement, and hands them on where they are wanted.
fn read(
    statement: &mut Statement<'_>,
    known: &mut Known,
    room: &mut PackedRoom,
    sink: Option<&RowSink>,
) -> rusqlite::Result<Arc<dyn Rows>> {
    if let Some(sink) = sink {
        sink.restart();
    }
    let mut reading = PackedRows::in_room(room, known.size());
    let mut width = None;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        let width = *width.get_or_insert_with(|| known.columns(row.as_ref()).len());
        if let Some(sink) = sink
            && reading.rows() >= RowSink::ROWS
            && let Some(columns) = known.described()
        {
            reading.hand_on(columns, sink);
        }
        push(&mut reading, row, width)?;
    }
    drop(rows);
    known.note_size(reading.size());
    let columns = match known.described() {
        Some(columns) if width.is_some() => columns,
        _ => known.columns(statement),
    };
    Ok(reading.finish_in(columns, room))
}

/// Whether a statement only reads: SQLite says it, but for what writes within.
pub(super) fn only_reads(
    statement: &Statement<'_>,
    columns: &mut ColumnsCache,
    text: &Arc<CompiledText>,
) -> bool {
    let known = (statement.column_count() > 0).then(|| columns.of_prepared(statement, text));
    statement.readonly() && !known.is_some_and(|known| known.writes_within())
}

/// Binds the values in order.
#[inline(always)]
pub(super) fn bind_all(statement: &mut Statement<'_>, values: &[Value]) -> Result<()> {
    let expected = statement.parameter_count();
    if expected != values.len() {
        return Err(Error::new(
            ErrorKind::BadParameter,
            format!("the statement has {expected} parameters and {} values were given", values.len()),
        ));
    }
    for (index, value) in values.iter().enumerate() {
        bind(statement, index + 1, value)?;
    }
    Ok(())
}

/// Whether the text held no statement: blanks, comments or a lone `;`. To be asked only of one without columns.
pub(super) fn is_empty(statement: &Statement<'_>) -> bool {
    statement.expanded_sql().is_none()
}

/// The outcome of a statement that only reads.
pub(super) fn unchanged() -> Outcome {
    let mut outcome = Outcome::default();
    outcome.rows_affected = Some(0);
    outcome.read_only = true;
    outcome
}

/// The outcome of a statement that may write.
pub(super) fn changed(sqlite: &Connection, before: u64) -> Outcome {
    wrote(sqlite, changes_since(sqlite, before))
}

/// The rows that a statement has changed. SQLite keeps the count of the last INSERT, UPDATE or DELETE when another
/// statement runs, so the total tells whether the count is this statement's.
pub(super) fn changes_since(sqlite: &Connection, before: u64) -> u64 {
    changes_between(sqlite, before, sqlite.total_changes())
}

/// As [`changes_since`], where the total is now this.
#[inline]
pub(super) fn changes_between(sqlite: &Connection, before: u64, now: u64) -> u64 {
    if now == before { 0 } else { sqlite.changes() }
}

/// The outcome of a statement that may write, and has changed so many rows.
pub(super) fn wrote(sqlite: &Connection, changes: u64) -> Outcome {
    let mut outcome = Outcome::default();
    outcome.rows_affected = Some(changes);
    outcome.last_insert_id = Some(sqlite.last_insert_rowid()).filter(|id| *id != 0);
    outcome
}
