use std::{sync::Arc, time::Instant};

#[cfg(feature = "bundled")]
use rusqlite::TransactionState;
use rusqlite::{Connection, Error as Sqlite};
use sqlsession_core::{
    Error, ErrorKind,
    driver::{Begin, BeginMode, PlaceholderStyle},
    row::PackedRoom,
    statement::{Cost, Lexicon, words},
};

use super::{
    attempt::{Attempt, How, QUICK, Thread},
    cancel::Canceller,
};
use crate::{
    error,
    guard::{End, Guard, Stop, Watch},
    shared::Shared,
    turn::Turn,
};

/// One inline run in so many is timed: two looks at the clock cost 2 % of a point select.
const TIMED: u8 = 8;

/// What a connection knows beside SQLite's handle.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) shared: Arc<Shared>,
    pub(crate) guard: Arc<Guard>,
    pub(crate) canceller: Arc<Canceller>,
    /// What the last small result took.
    pub(crate) room: PackedRoom,
    /// The right to write, held until the transaction ends.
    pub(crate) turn: Option<Turn>,
    /// Whether the open transaction writes, or may.
    pub(crate) writing: bool,
    /// SQLite's count of changed rows when the turn was taken.
    pub(crate) changes_before: u64,
    /// Whether the open transaction refuses writes.
    pub(crate) read_only: bool,
    /// Whether a reader keeps a writer from committing, as it does without WAL.
    pub(crate) readers_block: bool,
    /// Whether the open transaction has run nothing yet, so that it keeps nobody from committing.
    pub(crate) untouched: bool,
    /// Whether the raw client was handed out within a transaction, and nothing has run here since.
    pub(crate) lent: bool,
    /// Whether reads see what others have not committed (shared cache only).
    pub(crate) read_uncommitted: bool,
    pub(crate) runs: u8,
}

impl State {
    /// Takes the writers' turn if the statement needs it, and begins the transaction.
    #[inline(always)]
    pub(crate) fn enter(
        &mut self,
        sqlite: &Connection,
        readonly: bool,
        sql: &str,
        begin: Option<Begin>,
    ) -> Result<(), Attempt> {
        let locks = takes_write_lock(sql);
        if readonly && begin.is_none() && !locks {
            return Ok(());
        }
        let idle = sqlite.is_autocommit();
        let begin = begin.filter(|_| idle);
        let refuses = begin.map_or(self.read_only, |begin| begin.read_only);
        let immediate = !refuses
            && begin.is_some_and(|begin| match begin.mode {
                BeginMode::Immediate => true,
                BeginMode::Deferred => false,
                _ => !readonly,
            });
        let writes = !readonly || immediate || (idle && begin.is_none() && locks);
        if writes && !refuses {
            self.take_turn(sqlite, idle)?;
        }
        if let Some(begin) = begin {
            let verb = if immediate { "BEGIN IMMEDIATE" } else { "BEGIN" };
            run(sqlite, verb).map_err(|error| self.refused(error, verb))?;
            if begin.read_only {
                self.read_only = true;
                run(sqlite, "PRAGMA query_only=1").map_err(|error| self.refused(error, ""))?;
            }
        }
        Ok(())
    }

    /// Takes the writers' turn, for a statement that writes.
    pub(super) fn take_turn(&mut self, sqlite: &Connection, idle: bool) -> Result<(), Attempt> {
        if self.turn.is_none() {
            self.turn = self.shared.turns.try_take();
        }
        if self.turn.is_none() {
            match if idle { Holds::Nothing } else { self.holds(sqlite) } {
                // Who has the turn waits for this transaction.
                Holds::WriteLock => {}
                Holds::ReadLock if self.readers_block => {
                    // The writer waits for this reader to end: waiting for the writer would hold up both.
                    return Err(Attempt::Finished(Err(Error::new(
                        ErrorKind::Busy,
                        "another session of this engine is writing and waits for this transaction, which has read: \
                         roll it back and run it again, or begin it immediate",
                    ))));
                }
                Holds::ReadLock | Holds::Nothing => return Err(Attempt::Turn),
            }
        }
        if !self.writing {
            self.changes_before = sqlite.total_changes();
        }
        self.writing = true;
        Ok(())
    }

    /// What the open transaction holds. The raw client may have written, or have only begun.
    #[cfg(feature = "bundled")]
    fn holds(&self, sqlite: &Connection) -> Holds {
        match sqlite.transaction_state(None::<&str>) {
            Ok(TransactionState::Write) => Holds::WriteLock,
            Ok(TransactionState::None) => Holds::Nothing,
            _ => self.may_hold(),
        }
    }

    /// What the open transaction holds, of a SQLite that does not say it.
    #[cfg(not(feature = "bundled"))]
    fn holds(&self, _: &Connection) -> Holds {
        self.may_hold()
    }

    fn may_hold(&self) -> Holds {
        if self.untouched { Holds::Nothing } else { Holds::ReadLock }
    }

    /// What follows from an error of SQLite.
    pub(crate) fn refused(&self, error: Sqlite, sql: &str) -> Attempt {
        if error::is_busy(&error) {
            // In memory a writer keeps readers out, and the queue tells when it has ended.
            return if self.shared.memory.is_some() && self.turn.is_none() {
                Attempt::Turn
            } else {
                Attempt::Busy(error::from_statement(error, sql))
            };
        }
        if error::is_interrupt(&error) {
            match self.guard.stopped() {
                // What counts as reading may write within: it took the transaction along, and must not run in none.
                Some(Stop::Slow) if self.guard.last_end() == Some(End::RolledBack) => {
                    return Attempt::Finished(Err(undone().with_cause(error)));
                }
                Some(Stop::Slow) => return Attempt::Slow,
                Some(Stop::Late) => return Attempt::Finished(Err(late().with_cause(error))),
                Some(Stop::Cancelled) | None => {}
            }
        }
        Attempt::Finished(Err(error::from_statement(error, sql)))
    }

    /// A statement is about to run: sets the guard, and gives the time if this run is to be timed.
    pub(crate) fn start(&mut self, how: How, readonly: bool) -> Option<Instant> {
        self.untouched = false;
        let inline = how.thread == Thread::Runtime;
        self.guard.watch(Watch { clock: inline, slow: inline && readonly, deadline: how.deadline });
        match how.thread {
            Thread::Caller => None,
            Thread::Pool => Some(Instant::now()),
            Thread::Runtime => {
                self.runs = (self.runs + 1) % TIMED;
                (self.runs == 0).then(Instant::now)
            }
        }
    }

    /// A statement has run, so many times. One that failed tells what it costs only if it took long until then.
    #[inline(always)]
    pub(crate) fn record(&self, cost: &Cost, how: How, started: Option<Instant>, times: usize, failed: bool) {
        let elapsed = match started {
            Some(started) => Some(started.elapsed()),
            None if how.thread == Thread::Runtime => self.guard.elapsed(),
            None => None,
        };
        if let Some(elapsed) = elapsed
            && !(failed && elapsed < QUICK)
        {
            cost.record(elapsed / u32::try_from(times.max(1)).unwrap_or(u32::MAX));
        }
    }

    /// An operation has ended: what belongs to a transaction goes with it.
    #[inline(always)]
    pub(crate) fn settle(&mut self, sqlite: &Connection) {
        self.guard.rest();
        if self.turn.is_none() && !self.writing && !self.read_only {
            return;
        }
        if sqlite.is_autocommit() {
            if self.read_only {
                self.read_only = run(sqlite, "PRAGMA query_only=0").is_err();
            }
            self.writing = false;
        }
        if !self.writing {
            self.turn = None;
        }
    }
}

/// What a transaction holds of the database.
#[cfg_attr(not(feature = "bundled"), expect(dead_code, reason = "an older SQLite does not say it"))]
enum Holds {
    Nothing,
    ReadLock,
    WriteLock,
}

/// The error of a statement that was stopped at its deadline.
pub(crate) fn late() -> Error {
    Error::new(ErrorKind::StatementTimeout, "the statement ran longer than its timeout")
}

/// The error of a statement that was to move to another thread, and could not be stopped for that without losing what was
/// done before it.
fn undone() -> Error {
    Error::new(
        ErrorKind::Busy,
        "the statement writes though it looks like one that reads, and took long: SQLite has rolled back the transaction; run \
         it again",
    )
}

/// Runs a statement that has no rows and no values.
pub(crate) fn run(sqlite: &Connection, sql: &str) -> rusqlite::Result<()> {
    sqlite.prepare_cached(sql)?.raw_execute().map(drop)
}

/// Whether this is a `BEGIN` of the user's own that takes the write lock at once.
fn takes_write_lock(sql: &str) -> bool {
    // Most texts begin with another letter; comments may stand before this one.
    if !matches!(sql.trim_ascii_start().as_bytes().first(), Some(b'b' | b'B' | b'/' | b'-' | b';')) {
        return false;
    }
    let mut words = words(sql, Lexicon::new(PlaceholderStyle::NumberedQuestion));
    words.next().is_some_and(|word| word.eq_ignore_ascii_case("begin"))
        && words.next().is_some_and(|word| {
            word.eq_ignore_ascii_case("immediate") || word.eq_ignore_ascii_case("exclusive")
        })
}
