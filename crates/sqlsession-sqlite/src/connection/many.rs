use std::sync::Arc;

use rusqlite::Statement;
use sqlsession_core::{
    Result, Value,
    bulk::{BulkRows, quote_name},
    driver::{Begin, BulkRequest, ManyRequest},
    row::PackedRows,
    statement::CompiledText,
    value::Stored,
};

use super::{
    Inner,
    attempt::{Attempt, How},
    drive::cancelled,
    execute::{bind_all, changed, failed, is_empty, unchanged, unprepared},
    state::run,
};
use crate::rows::push;

/// A statement to run for many sets of values, and how far it has come.
#[derive(Debug)]
pub(crate) struct Many {
    pub(super) text: Arc<CompiledText>,
    sets: Sets,
    begin: Option<Begin>,
    /// Sets that have run: outside of a transaction they are durable and must not run again.
    done: usize,
    affected: u64,
    /// Whether all of it stands inside a savepoint, which goes back when it fails.
    protected: bool,
    /// The rows that the sets have given, where they are wanted.
    rows: Option<PackedRows>,
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
        Self { rows, ..Self::of(request.text, Sets::Given(request.sets), request.begin) }
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
        Self { text, sets, begin, done: 0, affected: 0, protected: false, rows: None }
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
        self.protected
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
        // An interrupt, among others, has made SQLite roll everything back by itself.
        if std::mem::take(&mut many.protected) && !self.sqlite.is_autocommit() {
            // Neither a cancel nor a deadline is meant for this.
            self.state.guard.begin_operation();
            self.state.guard.rest();
            let undone = run(&self.sqlite, "ROLLBACK TO sqlsession_bulk")
                .and_then(|()| run(&self.sqlite, "RELEASE sqlsession_bulk"));
            if undone.is_err() {
                // Rather no transaction than one with half of it: core sees that there is none, and says so.
                let _ = run(&self.sqlite, "ROLLBACK");
            }
        }
    }

    fn run_sets(&mut self, many: &mut Many, how: How) -> Attempt {
        let Self { sqlite, state } = self;
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
        let readonly = statement.readonly();
        let returns_rows = statement.column_count() > 0;
        let writing = state.writing;
        if let Err(attempt) = state.enter(sqlite, readonly, text.sql(), many.begin) {
            return attempt;
        }
        if !returns_rows && readonly && is_empty(&statement) {
            return Attempt::Finished(Ok(unchanged()));
        }
        if many.len().is_none() && !many.protected {
            if let Err(error) = run(sqlite, "SAVEPOINT sqlsession_bulk") {
                return state.refused(error, text.sql());
            }
            many.protected = true;
        }
        let mut outcome = unchanged();
        let first = many.done;
        let started = state.start(how, readonly);
        loop {
            // Between two rows nobody interrupts SQLite, and the program's own code may take its time there.
            if state.guard.is_cancelled() {
                return Attempt::Finished(Err(cancelled()));
            }
            match many
                .sets
                .get(many.done)
                .and_then(|set| set.map(|set| bind_all(&mut statement, set)).transpose())
            {
                Ok(Some(())) => {}
                Ok(None) => break,
                Err(error) => return Attempt::Finished(Err(error)),
            }
            let before = sqlite.total_changes();
            let mark = many.rows.as_ref().map(PackedRows::mark);
            if let Err(error) = step(&mut statement, returns_rows, many.rows.as_mut()) {
                // Outside of a transaction its commit may have met a lock, behind the row that it gave: it runs again.
                if let (Some(rows), Some(mark)) = (&mut many.rows, mark) {
                    rows.cut(mark);
                }
                state.record(text.cost(), how, started, many.done - first + 1, true);
                return failed(state, writing, error, text.sql());
            }
            if !readonly {
                outcome = changed(sqlite, before);
            }
            many.done += 1;
            many.affected += outcome.rows_affected.unwrap_or(0);
        }
        state.record(text.cost(), how, started, many.done - first, false);
        if many.protected {
            // Outside of a transaction this is the commit.
            if let Err(error) = run(sqlite, "RELEASE sqlsession_bulk") {
                return state.refused(error, text.sql());
            }
            many.protected = false;
        }
        outcome.rows_affected = Some(many.affected);
        if let Some(rows) = many.rows.take() {
            outcome.rows = Some(rows.finish(Arc::clone(state.columns.of(text).columns(&statement))));
        }
        Attempt::Finished(Ok(outcome))
    }
}

/// Runs a statement to its end. Its rows, if it gives any, are kept where they are wanted.
fn step(
    statement: &mut Statement<'_>,
    returns_rows: bool,
    mut wanted: Option<&mut PackedRows>,
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
    }
    Ok(())
}
