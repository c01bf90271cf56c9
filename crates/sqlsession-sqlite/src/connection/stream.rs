use std::{sync::Arc, time::Instant};

use sqlsession_core::{
    Error, ErrorKind,
    driver::{Request, RowSender},
    row::PackedRows,
};

use super::{
    Inner,
    attempt::{Attempt, How},
    behind_its_end::{ended, has_ended},
    execute::{bind_all, changed, failed, is_empty, only_reads, unchanged, unprepared},
};
use crate::rows::push;

/// Rows in a batch, unless the request says otherwise.
const BATCH_ROWS: usize = 256;
/// A batch is handed over when it has so many bytes, however few rows that is.
const BATCH_BYTES: usize = 256 * 1024;

/// A statement whose rows are handed over as they are read.
#[derive(Debug)]
pub(crate) struct Streaming {
    pub(super) request: Request,
    rows: RowSender,
    /// Whether something has been handed over, so that the statement can not run again.
    sent: bool,
}

impl Streaming {
    pub(crate) fn new(request: Request, rows: RowSender) -> Self {
        Self { request, rows, sent: false }
    }
}

impl Inner {
    /// Runs a statement on a thread that may block, and hands its rows over.
    pub(super) fn stream(&mut self, streaming: &mut Streaming, how: How) -> Attempt {
        let Self { sqlite, state, columns: cache } = self;
        let Streaming { request, rows: sender, sent } = streaming;
        let text = &request.text;
        let mut statement = match sqlite.prepare_cached(text.sql()) {
            Ok(statement) => statement,
            Err(error) => return unprepared(sqlite, state, error, text.sql()),
        };
        if let Err(error) = bind_all(&mut statement, &request.values) {
            return Attempt::Finished(Err(error));
        }
        let readonly = only_reads(&statement, cache, text);
        let writing = state.writing;
        if let Err(attempt) = state.enter(sqlite, readonly, text.sql(), request.begin) {
            return attempt;
        }
        if statement.column_count() == 0 && readonly && is_empty(&statement) {
            return Attempt::Finished(Ok(unchanged()));
        }
        let before = sqlite.total_changes();
        state.start(how, readonly);
        let limit = if request.options.batch_rows == 0 { BATCH_ROWS } else { request.options.batch_rows };
        let mut reading = PackedRows::default();
        let mut columns = None;
        let mut is_left = false;
        let mut rows = statement.raw_query();
        loop {
            let row = match rows.next() {
                Ok(Some(row)) => row,
                Ok(None) => break,
                Err(error) => {
                    drop(rows);
                    if has_ended(sqlite, state, &error, readonly, text.sql()) {
                        return ended(sqlite, state, error, text.sql(), None);
                    }
                    return match failed(state, writing, error, text.sql()) {
                        Attempt::Busy(error) if *sent => Attempt::Finished(Err(error)),
                        Attempt::Turn if *sent => Attempt::Finished(Err(Error::new(
                            ErrorKind::Busy,
                            "the database is locked: the stream cannot go on",
                        ))),
                        attempt => attempt,
                    };
                }
            };
            if is_left {
                continue;
            }
            let columns = columns.get_or_insert_with(|| Arc::clone(cache.of(text).columns(row.as_ref())));
            if let Err(error) = push(&mut reading, row, columns.len()) {
                drop(rows);
                return state.refused(error, text.sql());
            }
            if reading.rows() >= limit || reading.memory() >= BATCH_BYTES {
                let size = reading.size();
                let batch = std::mem::take(&mut reading).finish(Arc::clone(columns));
                *sent = true;
                let asked = Instant::now();
                if !sender.blocking_send(batch) {
                    if readonly {
                        break;
                    }
                    // Outside of a transaction its end is the commit, of which a reset tells no error.
                    is_left = true;
                }
                state.guard.postpone(asked.elapsed());
                reading = PackedRows::with_size(size);
            }
        }
        drop(rows);
        if reading.rows() > 0 || !*sent {
            let columns = columns.unwrap_or_else(|| Arc::clone(cache.of(text).columns(&statement)));
            // Nobody need be there to read the last batch.
            let _ = sender.blocking_send(reading.finish(columns));
        }
        Attempt::Finished(Ok(if readonly { unchanged() } else { changed(sqlite, before) }))
    }
}
