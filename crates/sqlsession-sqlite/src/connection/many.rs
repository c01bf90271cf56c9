use sqlsession_core::driver::ManyRequest;

use super::{
    Inner,
    attempt::{Attempt, How},
    execute::{bind_all, changed, failed, is_empty, unchanged, unprepared},
};
use crate::bind;

/// A statement to run for many sets of values, and how far it has come.
#[derive(Debug)]
pub(crate) struct Many {
    pub(super) request: ManyRequest,
    /// Sets that have run: outside of a transaction they are durable and must not run again.
    done: usize,
    affected: u64,
}

impl Many {
    pub(crate) fn new(request: ManyRequest) -> Self {
        Self { request, done: 0, affected: 0 }
    }
}

impl Inner {
    /// Runs a statement for the sets that are left. Its rows, if it gives any, are not kept.
    pub(super) fn execute_many(&mut self, many: &mut Many, how: How) -> Attempt {
        let Self { sqlite, state } = self;
        let text = &many.request.text;
        if many.done == 0
            && let Err(error) = many.request.sets.iter().try_for_each(|set| bind::check(set))
        {
            return Attempt::Finished(Err(error));
        }
        let mut statement = match sqlite.prepare_cached(text.sql()) {
            Ok(statement) => statement,
            Err(error) => return unprepared(sqlite, state, error, text.sql()),
        };
        let readonly = statement.readonly();
        let returns_rows = statement.column_count() > 0;
        let writing = state.writing;
        if let Err(attempt) = state.enter(sqlite, readonly, text.sql(), many.request.begin) {
            return attempt;
        }
        if !returns_rows && readonly && is_empty(&statement) {
            return Attempt::Finished(Ok(unchanged()));
        }
        let mut outcome = unchanged();
        let first = many.done;
        let started = state.start(how, readonly);
        for set in many.request.sets.iter().skip(first) {
            if let Err(error) = bind_all(&mut statement, set) {
                return Attempt::Finished(Err(error));
            }
            let before = sqlite.total_changes();
            let result = if returns_rows {
                let mut rows = statement.raw_query();
                loop {
                    match rows.next() {
                        Ok(Some(_)) => {}
                        Ok(None) => break Ok(()),
                        Err(error) => break Err(error),
                    }
                }
            } else {
                statement.raw_execute().map(drop)
            };
            if let Err(error) = result {
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
        outcome.rows_affected = Some(many.affected);
        Attempt::Finished(Ok(outcome))
    }
}
