//! What becomes of each connection.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Which connections there are.
#[derive(Debug, Default)]
pub(super) struct Connections(Mutex<HashMap<u64, Connection>>);

/// What is known of one.
#[derive(Debug, Default)]
struct Connection {
    /// Since when it is out.
    lent: Option<Instant>,
    /// Whether it is known what has become of its transaction.
    ended: bool,
}

/// How many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) idle: usize,
    pub(super) used: usize,
}

/// How many there are is told with the lock held, so that what is told last is what came last.
impl Connections {
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Connection>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn opened(&self, connection: u64, tell: impl FnOnce(Count)) {
        let mut connections = self.lock();
        connections.insert(connection, Connection::default());
        tell(count(&connections));
    }

    pub(super) fn lent(&self, connection: u64, tell: impl FnOnce(Count)) {
        let mut connections = self.lock();
        connections.entry(connection).or_default().lent = Some(Instant::now());
        tell(count(&connections));
    }

    /// It is back, after so long.
    pub(super) fn returned(&self, connection: u64, tell: impl FnOnce(Count)) -> Option<Duration> {
        let mut connections = self.lock();
        let since = connections.entry(connection).or_default().lent.take();
        tell(count(&connections));
        since.map(|since| since.elapsed())
    }

    /// It is gone; it was out for so long, if it was.
    pub(super) fn closed(&self, connection: u64, tell: impl FnOnce(Count)) -> Option<Duration> {
        let mut connections = self.lock();
        let since = connections.remove(&connection).and_then(|connection| connection.lent);
        tell(count(&connections));
        since.map(|since| since.elapsed())
    }

    /// Its next transaction begins.
    pub(super) fn begun(&self, connection: u64) {
        if let Some(connection) = self.lock().get_mut(&connection) {
            connection.ended = false;
        }
    }

    /// It is known what has become of its transaction. Says whether that is news: a commit that failed is rolled back, and one
    /// that nobody waited for may be.
    pub(super) fn ended(&self, connection: u64) -> bool {
        match self.lock().get_mut(&connection) {
            Some(connection) => !std::mem::replace(&mut connection.ended, true),
            // It was lost with its commit.
            None => true,
        }
    }
}

fn count(connections: &HashMap<u64, Connection>) -> Count {
    let used = connections.values().filter(|connection| connection.lent.is_some()).count();
    Count { idle: connections.len() - used, used }
}
