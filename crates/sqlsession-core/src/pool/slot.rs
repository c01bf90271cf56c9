use std::{
    convert::Infallible,
    marker::PhantomData,
    sync::Arc,
    time::{Duration, Instant},
};

use deadpool::managed::{Manager, Metrics, Object, RecycleResult};

use crate::{
    driver::{Cancel, DriverConnection, IsolationLevel},
    statement::TextCache,
};

/// Makes the empty slots that deadpool lends.
#[derive(Debug)]
pub(super) struct Slots<C>(PhantomData<fn() -> C>);

impl<C> Slots<C> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<C: DriverConnection> Manager for Slots<C> {
    type Type = Slot<C>;
    type Error = Infallible;

    async fn create(&self) -> Result<Slot<C>, Infallible> {
        Ok(Slot { idle: None })
    }

    async fn recycle(&self, _slot: &mut Slot<C>, _metrics: &Metrics) -> RecycleResult<Infallible> {
        Ok(())
    }
}

/// A slot of deadpool's, with the idle connection that is kept in it.
#[derive(Debug)]
pub(super) struct Slot<C> {
    pub(super) idle: Option<Idle<C>>,
}

/// A slot that is out: the right to have a connection, and the one that is at hand. Given to the generation when it is of
/// no more use: dropped, it would pass those who stand in line.
pub(super) type Place<C> = Object<Slots<C>>;

/// A connection that nobody uses.
pub(crate) struct Idle<C> {
    pub(crate) connection: C,
    pub(crate) identity: Box<Identity>,
    /// Since when, where it matters.
    pub(super) since: Option<Instant>,
}

impl<C> Idle<C> {
    /// For how long, where it matters.
    pub(super) fn time(&self) -> Option<Duration> {
        self.since.map(|since| since.elapsed())
    }
}

impl<C> std::fmt::Debug for Idle<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Idle").field("number", &self.identity.number).finish_non_exhaustive()
    }
}

/// The isolation level that was set on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SetLevel {
    /// This one; `None` is the one it was opened with.
    Known(Option<IsolationLevel>),
    /// It was being set when that failed or was dropped.
    Unsure,
}

/// What is known about a physical connection beside itself. Boxed: it moves with every checkout.
#[derive(Debug)]
pub(crate) struct Identity {
    /// Its number within the engine, from 1.
    pub(crate) number: u64,
    pub(crate) created: Instant,
    /// When it has lived long enough.
    pub(super) end: Option<Instant>,
    /// How often the pool had lost connections when this one was last known to be good.
    pub(crate) losses: u64,
    pub(crate) canceller: Arc<dyn Cancel>,
    /// The texts this connection has run, in front of the engine's.
    pub(crate) texts: TextCache,
    pub(crate) isolation: SetLevel,
    /// Whether it is closed when it comes back: what was set on it is not for another user.
    pub(crate) closes_on_return: bool,
}

impl Identity {
    /// Whether it has lived as long as `max_lifetime` allows.
    pub(super) fn is_at_end(&self) -> bool {
        self.end.is_some_and(|end| Instant::now() >= end)
    }
}
