use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use deadpool::managed::{Object, Pool as Slotted, QueueMode, Timeouts};

use super::{
    PoolOptions, PoolStatus,
    close::Closing,
    line::Line,
    slot::{Idle, Place, Slots},
};
use crate::{
    Error, ErrorKind, Result,
    driver::DriverConnection,
    runtime::alarm::{self, Limited},
};

/// The places between one `dispose` and the next.
///
/// A place is with deadpool, with who holds it, or in the line with who is to fetch it. While somebody waits none is with
/// deadpool: who finds none there stands in line, and what comes back goes to the line first, both with the line locked.
/// So nobody waits beside a place that is free, and who comes later and asks deadpool alone passes nobody.
pub(super) struct Generation<C: DriverConnection> {
    places: Slotted<Slots<C>>,
    line: Line<Place<C>>,
    lifo: bool,
    /// The connections that are with deadpool. More of them only while the line is locked.
    idle: AtomicUsize,
    /// Those who have or want a connection.
    out: AtomicUsize,
    /// Those of them that open one.
    connecting: AtomicUsize,
    /// Those who are out no more, and whose place is not free yet: the end of an engine waits for them as well.
    returning: AtomicUsize,
    max_idle: usize,
    size: usize,
    /// How long somebody stands in line.
    limit: Duration,
    forgotten: AtomicBool,
}

impl<C: DriverConnection> Generation<C> {
    pub(super) fn new(options: &PoolOptions) -> Result<Arc<Self>> {
        let mode = if options.pool_use_lifo { QueueMode::Lifo } else { QueueMode::Fifo };
        let places =
            Slotted::builder(Slots::new()).max_size(options.max_size()).queue_mode(mode).build().map_err(
                |e| Error::new(ErrorKind::Configuration, "the pool could not be built").with_cause(e),
            )?;
        Ok(Arc::new(Self {
            places,
            line: Line::default(),
            lifo: options.pool_use_lifo,
            idle: AtomicUsize::new(0),
            out: AtomicUsize::new(0),
            connecting: AtomicUsize::new(0),
            returning: AtomicUsize::new(0),
            max_idle: options.max_idle(),
            size: options.size(),
            limit: options.pool_timeout,
            forgotten: AtomicBool::new(false),
        }))
    }

    /// A place, or a ticket of the line.
    ///
    /// # Errors
    /// The thread that watches the line could not be begun.
    pub(super) fn ask(self: &Arc<Self>, closing: &Closing, waker: &Waker) -> Result<Asked<C>> {
        let mut line = self.line.lock();
        // Whoever ends the engine says so first, and then sends away those who stand in line.
        if closing.has_begun() {
            return Ok(Asked::Ended);
        }
        if line.is_empty()
            && let Some(place) = self.place_at_once()
        {
            return Ok(Asked::Place(place));
        }
        let since = Instant::now();
        let until = since.checked_add(self.limit);
        if let Some(until) = until
            && line.wants_to_be_watched()
        {
            // With the line locked: nobody stands in it in the belief that it is watched, where there is no thread.
            if let Err(error) = self.watch(until) {
                line.is_watched_no_more();
                return Err(error);
            }
        }
        let number = line.join(waker.clone(), until);
        Ok(Asked::Ticket(Ticket { number, since, until }))
    }

    fn watch(self: &Arc<Self>, until: Instant) -> Result<()> {
        let line: Weak<dyn Limited> = Arc::<Self>::downgrade(self);
        alarm::set(until, line).map_err(|error| {
            let words =
                "all connections are in use, and there is no thread to watch how long one waits for them";
            Error::new(ErrorKind::PoolTimeout, words).with_cause(error)
        })
    }

    /// Ready with a place, or with `None` when none will come. The ticket is not worth anything then.
    pub(super) fn poll_line(&self, ticket: u64, cx: &mut Context<'_>) -> Poll<Option<Place<C>>> {
        self.line.poll(ticket, cx)
    }

    /// Stands in line no more. A place that was given meanwhile is to be given on.
    pub(super) fn leave_line(&self, ticket: u64) -> Option<Place<C>> {
        self.line.leave(ticket)
    }

    /// Tells all who stand in line that no place will come.
    pub(super) fn send_away(&self) {
        let wakers = self.line.lock().send_away();
        wakers.into_iter().for_each(Waker::wake);
    }

    /// A place of those that are with deadpool, if there is one.
    pub(super) fn place_at_once(&self) -> Option<Place<C>> {
        const AT_ONCE: Timeouts = Timeouts { wait: Some(Duration::ZERO), create: None, recycle: None };
        // Places are made and lent without I/O.
        let place = pin!(self.places.timeout_get(&AT_ONCE)).poll(&mut Context::from_waker(Waker::noop()));
        let Poll::Ready(Ok(place)) = place else { return None };
        if place.idle.is_some() {
            self.idle.fetch_sub(1, Ordering::Relaxed);
        }
        Some(place)
    }

    /// A place without a connection, if there is one to be had without waiting.
    pub(super) fn empty_place(&self) -> Option<Place<C>> {
        // Nobody stands in line for what is looked through.
        let _line = self.line.lock();
        let mut filled = Vec::new();
        let empty = loop {
            match self.place_at_once() {
                Some(place) if place.idle.is_some() => filled.push(place),
                empty => break empty,
            }
        };
        // Back in the order they stood in.
        if self.lifo {
            filled.reverse();
        }
        self.idle.fetch_add(filled.len(), Ordering::Relaxed);
        drop(filled);
        empty
    }

    /// Gives a place to the first who waits, or else back to deadpool.
    ///
    /// It comes back where the connection in it is not to be kept: without that it can be given.
    pub(super) fn give(&self, place: Place<C>) -> Result<(), Place<C>> {
        let mut line = self.line.lock();
        if place.idle.is_some() && !self.keeps(line.is_empty()) {
            return Err(place);
        }
        match line.give(place) {
            Ok(first) => {
                drop(line);
                first.wake();
            }
            Err(place) if place.idle.is_some() => {
                self.idle.fetch_add(1, Ordering::Relaxed);
                drop(place);
            }
            // With deadpool an empty one would be in the way of those that are not.
            Err(place) => drop(Object::take(place)),
        }
        Ok(())
    }

    /// Whether one more connection may stay open. What somebody waits for is no surplus.
    fn keeps(&self, would_be_idle: bool) -> bool {
        let others = if would_be_idle { self.idle.load(Ordering::Relaxed) } else { 0 };
        others < self.max_idle && !self.is_forgotten()
    }

    /// Counts somebody who opens a connection, until what it gives is dropped.
    pub(super) fn connect(&self) -> Connecting<'_> {
        self.connecting.fetch_add(1, Ordering::Relaxed);
        Connecting(&self.connecting)
    }

    /// Whether there is a connection that may come back to those who wait for one.
    pub(super) fn has_live(&self) -> bool {
        // While it is locked nothing is given, and nothing that was given is fetched.
        let mut line = self.line.lock();
        let waiting = line.len();
        let to_connect = line.given().filter(|place| place.idle.is_none()).count();
        // Who takes an idle one was counted as out before, and so was who connects.
        let idle = self.idle.load(Ordering::SeqCst);
        let in_use = self.out.load(Ordering::SeqCst).saturating_sub(waiting);
        let connecting = self.connecting.load(Ordering::SeqCst);
        idle > 0 || in_use > connecting + to_connect || self.returning.load(Ordering::SeqCst) > 0
    }

    pub(super) fn left(&self) {
        self.out.fetch_add(1, Ordering::SeqCst);
    }

    /// A place is about to be free, for somebody who must not find its former holder still counted.
    pub(super) fn comes_back(&self) {
        self.returning.fetch_add(1, Ordering::SeqCst);
        self.out.fetch_sub(1, Ordering::SeqCst);
    }

    /// The place is free.
    pub(super) fn came_back(&self) {
        self.returning.fetch_sub(1, Ordering::SeqCst);
    }

    pub(super) fn is_lent(&self) -> bool {
        // In the order in which one goes from the first to the second.
        self.out.load(Ordering::SeqCst) > 0 || self.returning.load(Ordering::SeqCst) > 0
    }

    /// Whether a connection is idle, which may have changed since.
    pub(super) fn has_idle(&self) -> bool {
        self.idle.load(Ordering::Relaxed) > 0
    }

    /// Takes out every idle connection. What is lent works on and is closed when it comes back.
    pub(super) fn forget(&self) -> Vec<Idle<C>> {
        self.forgotten.store(true, Ordering::Release);
        // Whatever is given was given before, or will not be kept.
        let mut line = self.line.lock();
        let mut idle = self.remove_idle(|_| true);
        // Those who have one in the line do not know of it yet.
        idle.extend(line.given().filter_map(|place| place.idle.take()));
        idle
    }

    /// Takes out the idle connections of which this is true, asked from the one that came back first.
    pub(super) fn remove_idle(&self, mut gone: impl FnMut(&Idle<C>) -> bool) -> Vec<Idle<C>> {
        let removed =
            self.places.retain(|slot, _| slot.idle.as_ref().is_some_and(|idle| !gone(idle))).removed;
        let idle: Vec<_> = removed.into_iter().filter_map(|slot| slot.idle).collect();
        self.idle.fetch_sub(idle.len(), Ordering::Relaxed);
        idle
    }

    /// Whether `dispose` has replaced this generation, or the engine is closed.
    pub(super) fn is_forgotten(&self) -> bool {
        self.forgotten.load(Ordering::Acquire)
    }

    pub(super) fn status(&self) -> PoolStatus {
        let line = self.line.lock();
        PoolStatus {
            size: self.size,
            idle: self.idle.load(Ordering::Relaxed),
            in_use: self.out.load(Ordering::Relaxed).saturating_sub(line.len()),
            waiting: line.len(),
        }
    }
}

impl<C: DriverConnection> Limited for Generation<C> {
    fn overdue(&self, now: Instant) -> (Vec<Waker>, Option<Instant>) {
        self.line.lock().overdue(now)
    }
}

/// What came of asking for a place.
pub(super) enum Asked<C: DriverConnection> {
    Place(Place<C>),
    /// There is none: who asked stands in line.
    Ticket(Ticket),
    /// The engine has ended.
    Ended,
}

/// What somebody who stands in line asks with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ticket {
    pub(super) number: u64,
    pub(super) since: Instant,
    pub(super) until: Option<Instant>,
}

/// Somebody who opens a connection.
pub(super) struct Connecting<'a>(&'a AtomicUsize);

impl Drop for Connecting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
