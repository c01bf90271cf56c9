use std::{
    mem,
    task::{Context, Poll},
    time::Instant,
};

use super::{Lease, PoolStatus, counters::Counters, generation::Ticket};
use crate::driver::Driver;

/// Somebody who stands in line for a place.
///
/// Dropped, it leaves the line. A place that it was given and has not heard of is in the lease then, which gives it on when
/// it is dropped as well.
pub(super) struct Waiter<'a, D: Driver> {
    lease: &'a mut Lease<D>,
    ticket: Ticket,
    /// Whether it is in the line.
    waits: bool,
    /// Whether it has just come, and knows that there is nothing for it.
    has_just_asked: bool,
    counters: &'a Counters,
}

/// How the wait has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waited {
    /// With a place, which is in the lease.
    Served,
    /// No place will come.
    SentAway,
    /// Nothing came in time. So the pool was while it still waited.
    TooLong(PoolStatus),
}

impl<'a, D: Driver> Waiter<'a, D> {
    pub(super) fn new(lease: &'a mut Lease<D>, ticket: Ticket, counters: &'a Counters) -> Self {
        counters.waits();
        Self { lease, ticket, waits: true, has_just_asked: true, counters }
    }

    /// Ready when it waits no more.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Waited> {
        if mem::take(&mut self.has_just_asked) {
            return Poll::Pending;
        }
        if !self.waits {
            return Poll::Ready(Waited::SentAway);
        }
        match self.lease.generation().poll_line(self.ticket.number, cx) {
            Poll::Ready(place) => {
                self.waits = false;
                let Some(place) = place else { return Poll::Ready(Waited::SentAway) };
                self.lease.set_place(place);
                Poll::Ready(Waited::Served)
            }
            Poll::Pending if self.ticket.until.is_none_or(|until| Instant::now() < until) => Poll::Pending,
            Poll::Pending => {
                let status = self.lease.generation().status();
                // What was given meanwhile is good, though it is late.
                Poll::Ready(if self.leave() { Waited::Served } else { Waited::TooLong(status) })
            }
        }
    }

    /// Leaves the line. Says whether it has a place by now.
    fn leave(&mut self) -> bool {
        self.waits = false;
        let place = self.lease.generation().leave_line(self.ticket.number);
        let served = place.is_some();
        if let Some(place) = place {
            self.lease.set_place(place);
        }
        served
    }
}

impl<D: Driver> Drop for Waiter<'_, D> {
    fn drop(&mut self) {
        if self.waits {
            self.leave();
        }
        self.counters.has_waited(self.ticket.since.elapsed());
    }
}
