use std::{mem, sync::Arc};

use rusqlite::Statement;
use sqlsession_core::{
    Error, ErrorKind, Result, Value,
    bulk::{BulkRows, quote_name},
    driver::{Begin, BulkRequest, ManyRequest},
    row::PackedRows,
    statement::CompiledText,
    value::Stored,
};

use super::{
    Inner,
    attempt::{Attempt, How},
    behind_its_end::{has_ended, roll_back},
    drive::cancelled,
    execute::{bind_all, changes_between, failed, is_empty, only_reads, unchanged, unprepared, wrote},
    state::run,
};
use crate::rows::push;

/// Lets what a bulk insert has done stand.
const RELEASE: &str = "RELEASE sqlsession_bulk";

/// A statement to run for many sets of values, and how far it has come.
#[derive(Debug)]
pub(crate) struct Many {
    pub(super) text: Arc<CompiledText>,
    sets: Sets,
    begin: Option<Begin>,
    /// Sets that have run: outside of a transaction they are durable and must not run again.
    done: usize,
    affected: u64,
    /// How all of it is undone when it fails.
    protection: Protection,
    /// The rows that the sets have given, where they are wanted.
    rows: Option<PackedRows>,
    rowid: Option<Rowid>,
}

/// How a bulk insert is undone that cannot go on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Protection {
    /// Not at all: it has not begun, or is no bulk insert.
    #[default]
    None,
    /// It stands inside a savepoint.
    Savepoint,
    /// Its transaction began with it, and goes with it: a savepoint has SQLite keep a second journal.
    Transaction,
}

/// Keys without RETURNING, for which SQLite opens a table at each run: where the key that the first set gives back is the
/// rowid, the keys of the others are theirs. The last one is looked at again.
#[derive(Debug)]
struct Rowid {
    /// The INSERT without RETURNING.
    text: Arc<CompiledText>,
    is_key: bool,
}

/// Where the values come from.
#[derive(Debug)]
enum Sets {
    Given(Vec<Vec<Value>>),
    Pulled {
        rows: BulkRows,
        /// How many were pulled.
        pulled: usize,
    },
}

impl Sets {
    /// The set of this index, which is the one of the last call or the next.
    fn get(&mut self, index: usize) -> Result<Option<&[Value]>> {
        match self {
            Self::Given(sets) => Ok(sets.get(index).map(Vec::as_slice)),
            Self::Pulled { rows, pulled } => {
                if *pulled <= index {
                    if !rows.advance()? {
                        return Ok(None);
                    }
                    *pulled += 1;
                }
                Ok(Some(rows.row()))
            }
        }
    }
}

impl Many {
    pub(crate) fn new(request: ManyRequest) -> Self {
        let rows = request.rows.then(PackedRows::default);
        let rowid = request.without_returning.filter(|_| request.sets.len() > 2);
        let rowid = rowid.map(|text| Rowid { text, is_key: false });
        Self { rows, rowid, ..Self::of(request.text, Sets::Given(request.sets), request.begin) }
    }

    /// One INSERT, run for each row.
    pub(crate) fn bulk(request: BulkRequest) -> Self {
        let names: Vec<String> = request.columns.iter().map(|name| quote_name(name, '"')).collect();
        let places: Vec<String> = (1..=names.len()).map(|number| format!("?{number}")).collect();
        let sql = format!(
            "INSERT INTO {} ({}) VALUES ({})",
            request.table.quoted('"'),
            names.join(", "),
            places.join(", ")
        );
        let sets = Sets::Pulled { rows: request.rows, pulled: 0 };
        Self::of(Arc::new(CompiledText::raw(sql)), sets, request.begin)
    }

    fn of(text: Arc<CompiledText>, sets: Sets, begin: Option<Begin>) -> Self {
        Self {
            text,
            sets,
            begin,
            done: 0,
            affected: 0,
            protection: Protection::None,
            rows: None,
            rowid: None,
        }
    }

    /// How many sets there are; `None` where that is not known before the end.
    pub(super) fn len(&self) -> Option<usize> {
        match &self.sets {
            Sets::Given(sets) => Some(sets.len()),
            Sets::Pulled { .. } => None,
        }
    }

    /// Whether it has done something that is to be undone if it cannot go on.
    pub(super) fn is_protected(&self) -> bool {
        self.protection != Protection::None
    }
}

impl Inner {
    /// Runs a statement for the sets that are left.
    pub(super) fn execute_many(&mut self, many: &mut Many, how: How) -> Attempt {
        let attempt = self.run_sets(many, how);
        if matches!(attempt, Attempt::Finished(Err(_))) {
            self.undo(many);
        }
        attempt
    }

    /// Goes back to where a bulk insert began.
    pub(super) fn undo(&mut self, many: &mut Many) {
        let protection = mem::take(&mut many.protection);
        // An interrupt, among others, has made SQLite roll everything back by itself.
        if protection == Protection::None || self.sqlite.is_autocommit() {
            return;
        }
        self.state.guard.stand_aside();
        let undone = protection == Protection::Savepoint
            && run(&self.sqlite, "ROLLBACK TO sqlsession_bulk")
                .and_then(|()| run(&self.sqlite, RELEASE))
                .is_ok();
        if !undone {
            // Behind a savepoint that is not to be had: rather no transaction than one with half of it. Core sees that there is
            // none, and says so where there was one before.
            let _ = run(&self.sqlite, "ROLLBACK");
        }
    }

    fn run_sets(&mut self, many: &mut Many, how: How) -> Attempt {
        let Self { sqlite, state, columns } = self;
        if many.done == 0
            && let Sets::Given(sets) = &many.sets
            && let Err(error) = sets.iter().try_for_each(|set| Stored::check(set))
        {
            return Attempt::Finished(Err(error));
        }
        let text = &many.text;
        let mut statement = match sqlite.prepare_cached(text.sql()) {
            Ok(statement) => statement,
            Err(error) => return unprepared(sqlite, state, error, text.sql()),
        };
        let mut without_returning = match &many.rowid {
            Some(rowid) => match sqlite.prepare_cached(rowid.text.sql()) {
                Ok(statement) => Some(statement),
                Err(error) => return unprepared(sqlite, state, error, rowid.text.sql()),
            },
            None => None,
        };
        let readonly = only_reads(&statement, columns, text);
        let returns_rows = statement.column_count() > 0;
        let writing = state.writing;
        let begins = many.begin.is_some_and(|begin| !begin.read_only) && sqlite.is_autocommit();
        if let Err(attempt) = state.enter(sqlite, readonly, text.sql(), many.begin) {
            return attempt;
        }
        if !returns_rows && readonly && is_empty(&statement) {
            return Attempt::Finished(Ok(unchanged()));
        }
        if many.len().is_none() && many.protection == Protection::None {
            many.protection = if begins {
                Protection::Transaction
            } else {
                if let Err(error) = run(sqlite, "SAVEPOINT sqlsession_bulk") {
                    return state.refused(error, text.sql());
                }
                Protection::Savepoint
            };
        }
        let last = many.len().and_then(|sets| sets.checked_sub(1));
        let first = many.done;
        let mut counted = sqlite.total_changes();
        let started = state.start(how, readonly);
        loop {
            // Between two rows nobody interrupts SQLite, and the program's own code may take its time there. Behind the last one
            // there is nothing left to stop.
            if last.is_none_or(|last| many.done <= last) && state.guard.is_cancelled() {
                return Attempt::Finished(Err(cancelled()));
            }
            let is_rowid_key = many.rowid.as_ref().is_some_and(|rowid| rowid.is_key);
            let keyed = without_returning.as_mut().filter(|_| is_rowid_key && last != Some(many.done));
            let by_rowid = keyed.is_some();
            let statement = keyed.unwrap_or(&mut statement);
            match many.sets.get(many.done).and_then(|set| set.map(|set| bind_all(statement, set)).transpose())
            {
                Ok(Some(())) => {}
                Ok(None) => break,
                Err(error) => return Attempt::Finished(Err(error)),
            }
            let mark = many.rows.as_ref().map(PackedRows::mark);
            let mut key = None;
            // Outside of a transaction each set has an end of its own.
            state.guard.await_end();
            match step(statement, returns_rows && !by_rowid, many.rows.as_mut(), &mut key) {
                Ok(()) => {}
                // It is durable and has given its rows, so it counts as run. What comes after it is stopped.
                Err(error)
                    if many.protection == Protection::None
                        && sqlite.is_autocommit()
                        && has_ended(sqlite, state, &error, readonly, text.sql()) => {}
                Err(error) => {
                    // Outside of a transaction its commit may have met a lock, behind the row that it gave: it runs again.
                    if let (Some(rows), Some(mark)) = (&mut many.rows, mark) {
                        rows.cut(mark);
                    }
                    state.record(text.cost(), how, started, many.done - first + 1, true);
                    let undone_here = many.protection == Protection::None
                        && !sqlite.is_autocommit()
                        && has_ended(sqlite, state, &error, readonly, text.sql());
                    let attempt = failed(state, writing, error, text.sql());
                    if undone_here {
                        roll_back(sqlite, state);
                    }
                    return attempt;
                }
            }
            let total = sqlite.total_changes();
            let changes = changes_between(sqlite, counted, total);
            counted = total;
            match (&mut many.rowid, &mut many.rows) {
                (Some(_), Some(rows)) if by_rowid && changes == 1 => {
                    rows.integer(sqlite.last_insert_rowid());
                    rows.end_row();
                }
                (Some(rowid), _) if !by_rowid => {
                    let is_key = key == Some(sqlite.last_insert_rowid());
                    if rowid.is_key && key.is_some() && !is_key {
                        return Attempt::Finished(Err(other_key(text.sql())));
                    }
                    rowid.is_key = is_key && many.done == 0;
                }
                _ => {}
            }
            many.done += 1;
            many.affected += changes;
        }
        state.record(text.cost(), how, started, many.done - first, false);
        // Outside of a transaction this is the commit, and may be stopped behind its end.
        if many.protection == Protection::Savepoint
            && let Err(error) = run(sqlite, RELEASE)
            && !has_ended(sqlite, state, &error, true, RELEASE)
        {
            return state.refused(error, text.sql());
        }
        many.protection = Protection::None;
        let mut outcome = if readonly || many.done == 0 { unchanged() } else { wrote(sqlite, many.affected) };
        if let Some(rows) = many.rows.take() {
            outcome.rows = Some(rows.finish(Arc::clone(columns.of(text).columns(&statement))));
        }
        Attempt::Finished(Ok(outcome))
    }
}

/// Runs a statement to its end. Its rows, if it gives any, are kept where they are wanted, and so is the integer that the last
/// one begins with.
fn step(
    statement: &mut Statement<'_>,
    returns_rows: bool,
    mut wanted: Option<&mut PackedRows>,
    integer: &mut Option<i64>,
) -> rusqlite::Result<()> {
    if !returns_rows {
        return statement.raw_execute().map(drop);
    }
    let width = statement.column_count();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        if let Some(wanted) = &mut wanted {
            push(wanted, row, width)?;
        }
        *integer = row.get_ref(0)?.as_i64().ok();
    }
    Ok(())
}

/// The first key of several was a rowid, and the last one is not.
fn other_key(sql: &str) -> Error {
    let message = "some of the keys that were generated are the rowids of their rows, and others are not";
    Error::new(ErrorKind::Unsupported, message).with_statement(sql.into())
}
