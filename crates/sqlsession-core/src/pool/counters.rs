use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use super::CloseReason;

/// What a pool has done since its engine was made. The numbers only grow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolCounters {
    /// Connections that were opened.
    pub connected: u64,
    /// Attempts to open one that failed.
    pub connect_failures: u64,
    /// Connections that were lent.
    pub checked_out: u64,
    /// Checkouts that had to wait for a connection to come back.
    pub waited: u64,
    /// Checkouts that waited in vain: `PoolTimeout`.
    pub timed_out: u64,
    /// How long all of them have waited together.
    pub wait_time: Duration,
    closed: [u64; CloseReason::ALL.len()],
}

impl PoolCounters {
    /// Connections that were closed for this reason.
    #[must_use]
    pub fn closed(&self, reason: CloseReason) -> u64 {
        self.closed[reason as usize]
    }

    /// Connections that were closed, for whatever reason.
    #[must_use]
    pub fn closed_in_all(&self) -> u64 {
        self.closed.iter().sum()
    }
}

/// The same, while it is counted.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    connected: AtomicU64,
    connect_failures: AtomicU64,
    checked_out: AtomicU64,
    waited: AtomicU64,
    timed_out: AtomicU64,
    wait_nanoseconds: AtomicU64,
    closed: [AtomicU64; CloseReason::ALL.len()],
}

impl Counters {
    /// Counts a connection that was opened and gives its number.
    pub(super) fn connected(&self) -> u64 {
        add(&self.connected, 1) + 1
    }

    pub(super) fn connect_failed(&self) {
        add(&self.connect_failures, 1);
    }

    pub(super) fn checked_out(&self) {
        add(&self.checked_out, 1);
    }

    pub(super) fn waits(&self) {
        add(&self.waited, 1);
    }

    pub(super) fn has_waited(&self, time: Duration) {
        add(&self.wait_nanoseconds, u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
    }

    pub(super) fn timed_out(&self) {
        add(&self.timed_out, 1);
    }

    pub(crate) fn closed(&self, reason: CloseReason) {
        add(&self.closed[reason as usize], 1);
    }

    pub(super) fn read(&self) -> PoolCounters {
        PoolCounters {
            connected: get(&self.connected),
            connect_failures: get(&self.connect_failures),
            checked_out: get(&self.checked_out),
            waited: get(&self.waited),
            timed_out: get(&self.timed_out),
            wait_time: Duration::from_nanos(get(&self.wait_nanoseconds)),
            closed: std::array::from_fn(|reason| get(&self.closed[reason])),
        }
    }
}

fn add(counter: &AtomicU64, by: u64) -> u64 {
    counter.fetch_add(by, Ordering::Relaxed)
}

fn get(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}
