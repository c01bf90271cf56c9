//! How a connection is lent.

use std::{future::poll_fn, sync::Arc, task::Poll, time::Duration};

use super::{
    CloseReason, Lease, Pool, PoolClass, PoolStatus, PrePing,
    generation::{Asked, Ticket},
    slot::Idle,
    waiter::{Waited, Waiter},
};
use crate::{
    Error, ErrorKind, Result,
    driver::{Driver, DriverConnection},
    engine::Shared,
    runtime::{Executor, turn},
};

/// What was not turned for so long may have been closed meanwhile.
const REST: Duration = Duration::from_millis(10);

impl<D: Driver> Pool<D> {
    /// Takes a connection out of the pool, or opens one.
    ///
    /// Cancel safe: dropped, it leaves the queue, and a connection that was being opened or asked is closed.
    pub(crate) async fn checkout(&self, shared: &Arc<Shared<D>>) -> Result<(Lease<D>, D::Connection)> {
        if self.upkeep.is_due() && !self.closing.has_begun() {
            self.keep_up(shared);
        }
        let mut lease = Lease::new(self.generation(), shared);
        let generation = lease.generation();
        match poll_fn(|cx| Poll::Ready(generation.ask(&self.closing, cx.waker()))).await? {
            Asked::Ended => return Err(closed()),
            Asked::Place(place) => lease.set_place(place),
            Asked::Ticket(ticket) => {
                let start = shared.listeners.clock();
                let waited = self.wait(&mut lease, ticket).await;
                shared.listeners.tell_wait(start, &waited);
                waited?;
            }
        }
        let has_rested = matches!(shared.executor, Executor::Runtime(_))
            && lease.idle().and_then(Idle::time).is_some_and(|time| time >= REST);
        if has_rested {
            Box::pin(turn()).await;
        }
        let connection = match lease.take_idle() {
            Some(idle) if self.is_good(&idle) => {
                lease.set_identity(idle.identity);
                idle.connection
            }
            idle => Box::pin(self.renew(&mut lease, idle)).await?,
        };
        self.note_lent(&mut lease);
        Ok((lease, connection))
    }

    fn note_lent(&self, lease: &mut Lease<D>) {
        self.counters.checked_out();
        lease.note_holder();
        lease.tell(|l, e| l.checkout(e));
    }

    /// A connection that can be lent at once, if the next one can. Else all stand as they stood.
    pub(crate) fn checkout_at_once(&self, shared: &Arc<Shared<D>>) -> Option<(Lease<D>, D::Connection)> {
        // A blocking engine may have to turn what has rested, and what is put back into a queue goes to its end.
        let turns = matches!(shared.executor, Executor::Runtime(_));
        if turns || !self.options.pool_use_lifo || self.upkeep.is_due() {
            return None;
        }
        let generation = self.generation();
        if !generation.has_idle() {
            return None;
        }
        let mut lease = Lease::new(generation, shared);
        if self.closing.has_begun() {
            return None;
        }
        lease.set_place(lease.generation().place_at_once()?);
        if !lease.idle().is_some_and(|idle| self.is_good(idle)) {
            return None;
        }
        let Idle { connection, identity, .. } = lease.take_idle()?;
        lease.set_identity(identity);
        self.note_lent(&mut lease);
        Some((lease, connection))
    }

    /// Waits for a place with the ticket of one who has just asked for it, as long as `pool_timeout` allows, or until it is
    /// known that none will come.
    async fn wait(&self, lease: &mut Lease<D>, ticket: Ticket) -> Result<()> {
        let mut waiter = Waiter::new(lease, ticket, &self.counters);
        match poll_fn(|cx| waiter.poll(cx)).await {
            // Nothing is lent any more, and what came back meanwhile is closed with the lease.
            _ if self.closing.has_begun() => Err(closed()),
            Waited::Served => Ok(()),
            Waited::SentAway => Err(self.outage.error()),
            Waited::TooLong(status) => {
                self.counters.timed_out();
                Err(self.timed_out(status))
            }
        }
    }

    /// Whether an idle connection is worth lending without a word to the server.
    fn is_good(&self, idle: &Idle<D::Connection>) -> bool {
        let asked_first = match self.options.pool_pre_ping {
            PrePing::Never => false,
            PrePing::Always => true,
            PrePing::AfterIdle(limit) => idle.time().is_none_or(|time| time >= limit),
        };
        idle.connection.is_usable()
            && !asked_first
            && self.expired(idle).is_none()
            && !self.is_doubtful(&idle.identity)
    }

    /// Why an idle connection has had its time, if it has.
    pub(super) fn expired(&self, idle: &Idle<D::Connection>) -> Option<CloseReason> {
        if self.options.pool_class == PoolClass::Static {
            return None;
        }
        let recycled =
            self.options.pool_recycle.is_some_and(|limit| idle.identity.created.elapsed() >= limit);
        if recycled || idle.identity.is_at_end() {
            return Some(CloseReason::Aged);
        }
        let idled =
            self.options.idle_timeout.is_some_and(|limit| idle.time().is_some_and(|time| time >= limit));
        idled.then_some(CloseReason::Idle)
    }

    fn timed_out(&self, status: PoolStatus) -> Error {
        let options = &self.options;
        let mut words = format!(
            "no connection became free within {:?}: {} in use, {} idle, {} waiting, pool_size {}, max_overflow {}",
            options.pool_timeout,
            status.in_use,
            status.idle,
            status.waiting,
            options.pool_size,
            options.max_overflow,
        );
        if let Some(longest) = self.holders.longest() {
            words += &format!("; {longest}");
        }
        let Some((ago, last)) = self.outage.last() else { return Error::new(ErrorKind::PoolTimeout, words) };
        words += &format!("; the last connect error, {ago:.1?} ago, was: {last}");
        let error = Error::new(ErrorKind::PoolTimeout, words);
        if ago <= options.pool_timeout { error.with_cause(last) } else { error }
    }
}

fn closed() -> Error {
    Error::new(ErrorKind::PoolClosed, "the engine is closed")
}
