use std::{sync::Arc, time::Instant};

use rusqlite::{Batch, Connection, fallible_iterator::FallibleIterator as _};
use sqlsession_core::{
    Error, ErrorKind,
    driver::{Begin, Control, IsolationLevel, Outcome},
};

use super::{
    Inner,
    attempt::{Attempt, How, Thread},
    behind_its_end::{has_ended, roll_back},
    state::run,
};
use crate::error;

impl Inner {
    /// Runs a transaction statement.
    pub(super) fn control(&mut self, control: Control, how: How) -> Attempt {
        match control {
            Control::Begin(begin) => self.begin(begin),
            Control::Commit => self.commit(how),
            Control::Rollback | Control::Reset => {
                self.verb(|idle| if idle { None } else { Some("ROLLBACK".into()) })
            }
            Control::Savepoint(number) => self.verb(|_| Some(format!("SAVEPOINT sqlsession_{number}"))),
            Control::Release(number) => self.verb(|_| Some(format!("RELEASE sqlsession_{number}"))),
            Control::RollbackTo(number) => {
                match self.verb(|_| Some(format!("ROLLBACK TO sqlsession_{number}"))) {
                    Attempt::Finished(Ok(_)) => self.verb(|_| Some(format!("RELEASE sqlsession_{number}"))),
                    failed => failed,
                }
            }
            Control::Isolation(level) => self.isolation(level),
            Control::Ping => self.verb(|_| Some("SELECT 1".into())),
            other => Attempt::Finished(Err(Error::new(
                ErrorKind::Unsupported,
                format!("SQLite has no such transaction statement: {other:?}"),
            ))),
        }
    }

    fn begin(&mut self, begin: Begin) -> Attempt {
        let Self { sqlite, state, .. } = self;
        let idle = sqlite.is_autocommit();
        match state.enter(sqlite, true, "", Some(begin)) {
            Ok(()) => {
                state.untouched = idle;
                done()
            }
            Err(attempt) => attempt,
        }
    }

    fn commit(&mut self, how: How) -> Attempt {
        let Self { sqlite, state, .. } = self;
        if sqlite.is_autocommit() {
            return done();
        }
        // Only a transaction that wrote waits for the disk, and only its time is of interest.
        let started = (state.writing && how.thread != Thread::Caller).then(Instant::now);
        state.guard.await_end();
        let result = run(sqlite, "COMMIT");
        // One that was refused has not waited for the disk.
        if let Some(started) = started
            && result.is_ok()
        {
            state.shared.commit.record(started.elapsed());
        }
        match result {
            Ok(()) => done(),
            // What stops it behind its end is told like what stops it before.
            Err(error) if has_ended(sqlite, state, &error, true, "COMMIT") => done(),
            Err(error) if error::is_busy(&error) => Attempt::Busy(error::from_sqlite(error)),
            Err(error) => state.refused(error, "COMMIT"),
        }
    }

    fn verb(&mut self, sql: impl FnOnce(bool) -> Option<String>) -> Attempt {
        let Self { sqlite, state, .. } = self;
        let Some(sql) = sql(sqlite.is_autocommit()) else { return done() };
        match sqlite.prepare_cached(&sql).and_then(|mut statement| statement.raw_query().next().map(drop)) {
            Ok(()) => done(),
            Err(error) => state.refused(error, &sql),
        }
    }

    fn isolation(&mut self, level: Option<IsolationLevel>) -> Attempt {
        let Self { sqlite, state, .. } = self;
        let level = level.unwrap_or_else(|| state.shared.options.isolation_level());
        let uncommitted = match level {
            IsolationLevel::ReadUncommitted => true,
            IsolationLevel::Serializable | IsolationLevel::Autocommit => false,
            IsolationLevel::ReadCommitted | IsolationLevel::RepeatableRead => {
                return Attempt::Finished(Err(Error::new(
                    ErrorKind::Unsupported,
                    format!(
                        "SQLite has no isolation level {level}: use SERIALIZABLE, READ UNCOMMITTED or AUTOCOMMIT"
                    ),
                )));
            }
        };
        if uncommitted != state.read_uncommitted {
            let sql = if uncommitted { "PRAGMA read_uncommitted=1" } else { "PRAGMA read_uncommitted=0" };
            if let Err(error) = run(sqlite, sql) {
                return state.refused(error, sql);
            }
            state.read_uncommitted = uncommitted;
        }
        done()
    }

    /// Runs a text of several statements, on a thread that may block.
    pub(super) fn script(&mut self, sql: &Arc<str>, how: How) -> Attempt {
        let Self { sqlite, state, .. } = self;
        let idle = sqlite.is_autocommit();
        if !state.read_only
            && let Err(attempt) = state.take_turn(sqlite, idle)
        {
            return attempt;
        }
        state.start(how, false);
        // A script can not be taken up again in its middle, so it waits for locks where it is.
        let result = sqlite
            .busy_timeout(state.shared.options.timeout())
            .and_then(|()| run_all(sqlite, sql))
            .and(sqlite.busy_timeout(std::time::Duration::ZERO));
        match result {
            Ok(()) => Attempt::Finished(Ok(Outcome::default())),
            Err(error) => {
                let is_stopped = error::is_interrupt(&error);
                let attempt = match state.refused(error, sql) {
                    Attempt::Busy(error) => Attempt::Finished(Err(error)),
                    attempt => attempt,
                };
                // Which of its statements has run is not told.
                if is_stopped && !sqlite.is_autocommit() {
                    roll_back(sqlite, state);
                }
                attempt
            }
        }
    }
}

/// Runs each statement to its end that may write: outside of a transaction that is its commit, of which a reset tells no error.
fn run_all(sqlite: &Connection, sql: &str) -> rusqlite::Result<()> {
    let mut statements = Batch::new(sqlite, sql);
    while let Some(mut statement) = statements.next()? {
        let readonly = statement.readonly();
        let mut rows = statement.raw_query();
        while rows.next()?.is_some() && !readonly {}
    }
    Ok(())
}

fn done() -> Attempt {
    Attempt::Finished(Ok(Outcome::default()))
}
