use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::fault::Fault;
use super::passed::{Passed, Sender};

/// What a proxy and its connections share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) connections: AtomicUsize,
    pub(super) round_trips: AtomicU64,
    /// What has passed, while that is kept.
    record: Mutex<Option<Vec<Passed>>>,
    orders: Mutex<Orders>,
}

/// What all connections have to do, those that are not made yet too.
#[derive(Debug)]
pub(super) struct Orders {
    pub(super) target: SocketAddr,
    pub(super) delay: Duration,
    pub(super) black_hole: bool,
    pub(super) trap: Option<Trap>,
    pub(super) cut: Option<Cut>,
    /// How often a cut was ordered.
    pub(super) cuts: u64,
    pub(super) drip: Option<Drip>,
    /// How often all of this was taken back.
    pub(super) heals: u64,
}

/// How much may still pass on each connection before it breaks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    /// Tells it from another order.
    pub(super) number: u64,
    /// Whose bytes are counted.
    pub(super) sender: Sender,
    pub(super) after: usize,
    pub(super) fault: Fault,
}

/// How slowly bytes pass.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drip {
    /// So many at once, one at least.
    pub(super) bytes: usize,
    pub(super) every: Duration,
}

/// A fault that waits for its moment.
#[derive(Debug, Clone)]
pub(super) struct Trap {
    /// Whose bytes are looked at.
    pub(super) sender: Sender,
    pub(super) pattern: Vec<u8>,
    /// Whether it is what the other side says next that breaks.
    pub(super) on_reply: bool,
    pub(super) fault: Fault,
}

impl Shared {
    pub(super) fn new(port: u16) -> Self {
        let target = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Self {
            connections: AtomicUsize::new(0),
            round_trips: AtomicU64::new(0),
            record: Mutex::new(None),
            orders: Mutex::new(Orders {
                target,
                delay: Duration::ZERO,
                black_hole: false,
                trap: None,
                cut: None,
                cuts: 0,
                drip: None,
                heals: 0,
            }),
        }
    }

    /// Gives what was kept, and keeps what passes from now on.
    pub(super) fn take_record(&self) -> Vec<Passed> {
        self.kept().replace(Vec::new()).unwrap_or_default()
    }

    pub(super) fn record(&self, connection: usize, sender: Sender, bytes: &[u8]) {
        if let Some(kept) = &mut *self.kept() {
            kept.push(Passed { connection, sender, bytes: bytes.to_vec() });
        }
    }

    fn kept(&self) -> MutexGuard<'_, Option<Vec<Passed>>> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn orders(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
