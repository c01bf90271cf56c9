//! What becomes of each connection.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Which connections there are, and since when those that are out are.
#[derive(Debug, Default)]
pub(super) struct Connections(Mutex<HashMap<u64, Option<Instant>>>);

/// How many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) idle: usize,
    pub(super) used: usize,
}

impl Connections {
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Option<Instant>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn opened(&self, connection: u64) -> Count {
        let mut connections = self.lock();
        connections.insert(connection, None);
        count(&connections)
    }

    pub(super) fn lent(&self, connection: u64) -> Count {
        let mut connections = self.lock();
        connections.insert(connection, Some(Instant::now()));
        count(&connections)
    }

    /// It is back, after so long.
    pub(super) fn returned(&self, connection: u64) -> (Count, Option<Duration>) {
        let mut connections = self.lock();
        let since = connections.insert(connection, None).flatten();
        (count(&connections), since.map(|since| since.elapsed()))
    }

    /// It is gone; it was out for so long, if it was.
    pub(super) fn closed(&self, connection: u64) -> (Count, Option<Duration>) {
        let mut connections = self.lock();
        let since = connections.remove(&connection).flatten();
        (count(&connections), since.map(|since| since.elapsed()))
    }
}

fn count(connections: &HashMap<u64, Option<Instant>>) -> Count {
    let used = connections.values().filter(|since| since.is_some()).count();
    Count { idle: connections.len() - used, used }
}
