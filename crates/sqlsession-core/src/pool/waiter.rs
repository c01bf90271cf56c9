use std::task::{Context, Poll};

use tokio::time::Instant;

use super::{Lease, PoolStatus, counters::Counters};
use crate::driver::Driver;

/// Somebody who stands in line for a place.
///
/// Dropped, it leaves the line. A place that it was given and has not heard of is in the lease then, which gives it on when
/// it is dropped as well.
pub(super) struct Waiter<'a, D: Driver> {
    lease: &'a mut Lease<D>,
    /// While it waits.
    ticket: Option<u64>,
    counters: &'a Counters,
    since: Instant,
}

impl<'a, D: Driver> Waiter<'a, D> {
    pub(super) fn new(lease: &'a mut Lease<D>, ticket: u64, counters: &'a Counters) -> Self {
        counters.waits();
        Self { lease, ticket: Some(ticket), counters, since: Instant::now() }
    }

    /// Ready when it waits no more: with a place, which is in the lease, or without.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        let Some(ticket) = self.ticket else { return Poll::Ready(false) };
        let Poll::Ready(place) = self.lease.generation().poll_line(ticket, cx) else { return Poll::Pending };
        self.ticket = None;
        let served = place.is_some();
        if let Some(place) = place {
            self.lease.set_place(place);
        }
        Poll::Ready(served)
    }

    pub(super) fn since(&self) -> Instant {
        self.since
    }

    /// A look at the pool in which it waits.
    pub(super) fn status(&self) -> PoolStatus {
        self.lease.generation().status()
    }
}

impl<D: Driver> Drop for Waiter<'_, D> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket
            && let Some(place) = self.lease.generation().leave_line(ticket)
        {
            self.lease.set_place(place);
        }
        self.counters.has_waited(self.since.elapsed());
    }
}
