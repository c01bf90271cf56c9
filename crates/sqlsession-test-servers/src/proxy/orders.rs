use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::fault::Fault;

/// What a proxy and its connections share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) connections: AtomicUsize,
    pub(super) round_trips: AtomicU64,
    orders: Mutex<Orders>,
}

/// What all connections have to do, those that are not made yet too.
#[derive(Debug)]
pub(super) struct Orders {
    pub(super) target: SocketAddr,
    pub(super) delay: Duration,
    pub(super) black_hole: bool,
    pub(super) trap: Option<Trap>,
}

/// A fault that waits for its moment.
#[derive(Debug, Clone)]
pub(super) struct Trap {
    pub(super) sender: Sender,
    pub(super) pattern: Vec<u8>,
    pub(super) fault: Fault,
}

/// Whose bytes are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sender {
    Client,
    Server,
}

impl Shared {
    pub(super) fn new(port: u16) -> Self {
        let target = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Self {
            connections: AtomicUsize::new(0),
            round_trips: AtomicU64::new(0),
            orders: Mutex::new(Orders { target, delay: Duration::ZERO, black_hole: false, trap: None }),
        }
    }

    pub(super) fn orders(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
