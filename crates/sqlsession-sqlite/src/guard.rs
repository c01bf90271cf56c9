use std::{
    sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering::Relaxed, Ordering::SeqCst},
    time::{Duration, Instant},
};

use rusqlite::Connection;
use tokio::sync::Notify;

/// Steps of SQLite's virtual machine between two looks at the guard: some 10 to 20 µs of work.
const STEPS: i32 = 1000;
/// A read that has held the caller's thread for so long moves to the blocking pool.
const SLOW: Duration = Duration::from_micros(1500);

/// Why the guard stopped a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// It was cancelled.
    Cancelled,
    /// Its deadline was over.
    Late,
    /// It took too long for the thread it was on.
    Slow,
}

/// What a statement is watched for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Watch {
    /// Note when it began, so that [`Guard::elapsed`] can tell.
    pub(crate) clock: bool,
    /// Stop it when it is slow.
    pub(crate) slow: bool,
    /// Stop it then.
    pub(crate) deadline: Option<Instant>,
}

impl End {
    fn of(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Committed),
            2 => Some(Self::RolledBack),
            _ => None,
        }
    }
}

/// Watches the statement that a connection runs, from inside SQLite's progress handler.
///
/// A quick statement ends before the handler is called once, and pays nothing but a few stores.
#[derive(Debug)]
pub(crate) struct Guard {
    base: Instant,
    cancelled: AtomicBool,
    cancel: Notify,
    clock: AtomicBool,
    slow: AtomicBool,
    /// Nanoseconds after `base`; 0 is none.
    deadline: AtomicU64,
    /// Nanoseconds after `base` at the first call of the handler; 0 is "not called".
    started: AtomicU64,
    stopped: AtomicU8,
    /// How transactions have ended since that is wanted: an [`End`], the first in the low bits, the last in the high ones.
    ends: AtomicU8,
}

/// How a transaction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Committed = 1,
    RolledBack = 2,
}

impl Guard {
    pub(crate) fn new() -> Self {
        Self {
            base: Instant::now(),
            cancelled: AtomicBool::new(false),
            cancel: Notify::new(),
            clock: AtomicBool::new(false),
            slow: AtomicBool::new(false),
            deadline: AtomicU64::new(0),
            started: AtomicU64::new(0),
            stopped: AtomicU8::new(0),
            ends: AtomicU8::new(0),
        }
    }

    /// Makes the connection's progress handler look here, and tells the ends of its transactions.
    #[allow(clippy::let_unit_value, clippy::unit_arg, reason = "it is a unit before rusqlite 0.39")]
    pub(crate) fn install(self: &std::sync::Arc<Self>, connection: &mut Connection) {
        let guard = std::sync::Arc::clone(self);
        let _ = connection.progress_handler(STEPS, Some(move || guard.look()));
        let guard = std::sync::Arc::clone(self);
        let _ = connection.rollback_hook(Some(move || guard.note(End::RolledBack)));
        let guard = std::sync::Arc::clone(self);
        let _ = connection.commit_hook(Some(move || {
            // A commit that fails behind this is rolled back, which is told as well.
            guard.note(End::Committed);
            false
        }));
    }

    /// Takes its hooks out before the connection is closed: rusqlite 0.41 frees them before SQLite rolls back what is open, and
    /// calls one that is no more.
    #[allow(clippy::let_unit_value, reason = "it is a unit before rusqlite 0.41")]
    pub(crate) fn uninstall(connection: &mut Connection) {
        let _ = connection.commit_hook(None::<fn() -> bool>);
        let _ = connection.rollback_hook(None::<fn()>);
    }

    /// From here on it is wanted how transactions end.
    pub(crate) fn await_end(&self) {
        self.ends.store(0, Relaxed);
    }

    fn note(&self, end: End) {
        let first = match self.ends.load(Relaxed) & 3 {
            0 => end as u8,
            first => first,
        };
        self.ends.store(first | (end as u8) << 2, Relaxed);
    }

    /// How the first transaction has ended since.
    pub(crate) fn first_end(&self) -> Option<End> {
        End::of(self.ends.load(Relaxed) & 3)
    }

    /// How the last one has.
    pub(crate) fn last_end(&self) -> Option<End> {
        End::of(self.ends.load(Relaxed) >> 2)
    }

    /// An operation begins: what was asked of the one before is over.
    pub(crate) fn begin_operation(&self) {
        // A store that all threads agree on costs more than a look.
        if self.is_cancelled() {
            self.cancelled.store(false, SeqCst);
        }
    }

    /// A statement begins.
    pub(crate) fn watch(&self, watch: Watch) {
        self.clock.store(watch.clock, Relaxed);
        self.slow.store(watch.slow, Relaxed);
        self.deadline.store(watch.deadline.map_or(0, |at| self.nanos(at)), Relaxed);
        self.started.store(0, Relaxed);
        self.stopped.store(0, Relaxed);
        self.await_end();
    }

    /// An operation has ended: what runs outside of one, such as the user's own use of the raw client, is not watched.
    pub(crate) fn rest(&self) {
        self.watch(Watch::default());
    }

    /// Lets what undoes the operation run: neither a cancel nor a deadline is meant for that.
    pub(crate) fn stand_aside(&self) {
        self.begin_operation();
        self.rest();
    }

    /// Moves the deadline: time that the statement has waited for its reader is not its own.
    pub(crate) fn postpone(&self, by: Duration) {
        let deadline = self.deadline.load(Relaxed);
        if deadline != 0 {
            let by = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
            self.deadline.store(deadline.saturating_add(by), Relaxed);
        }
    }

    /// Why the statement was stopped, if it was.
    pub(crate) fn stopped(&self) -> Option<Stop> {
        match self.stopped.load(Relaxed) {
            1 => Some(Stop::Cancelled),
            2 => Some(Stop::Late),
            3 => Some(Stop::Slow),
            _ => None,
        }
    }

    /// How long the statement has run, if it has run for long enough to be noticed.
    pub(crate) fn elapsed(&self) -> Option<Duration> {
        match self.started.load(Relaxed) {
            0 => None,
            started => Some(Duration::from_nanos(self.nanos(Instant::now()).saturating_sub(started))),
        }
    }

    /// Ends the running operation, also where it waits.
    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, SeqCst);
        self.cancel.notify_waiters();
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(SeqCst)
    }

    /// Resolves when the running operation is cancelled.
    pub(crate) async fn cancelled(&self) {
        let mut notified = std::pin::pin!(self.cancel.notified());
        // Enabled before the flag is read, so that no cancel falls between the two.
        notified.as_mut().enable();
        if !self.is_cancelled() {
            notified.await;
        }
    }

    fn look(&self) -> bool {
        if self.is_cancelled() {
            return self.stop(Stop::Cancelled);
        }
        let deadline = self.deadline.load(Relaxed);
        if deadline == 0 && !self.clock.load(Relaxed) {
            return false;
        }
        let now = self.nanos(Instant::now());
        if deadline != 0 && now >= deadline {
            return self.stop(Stop::Late);
        }
        let started = self.started.load(Relaxed);
        if started == 0 {
            self.started.store(now, Relaxed);
            return false;
        }
        let slow = self.slow.load(Relaxed) && u128::from(now - started) > SLOW.as_nanos();
        slow && self.stop(Stop::Slow)
    }

    fn stop(&self, why: Stop) -> bool {
        let code = match why {
            Stop::Cancelled => 1,
            Stop::Late => 2,
            Stop::Slow => 3,
        };
        self.stopped.store(code, Relaxed);
        true
    }

    fn nanos(&self, at: Instant) -> u64 {
        u64::try_from(at.saturating_duration_since(self.base).as_nanos()).unwrap_or(u64::MAX).max(1)
    }
}
