use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sqlsession_core::events::{CloseEvent, ConnectionEvent, Events, SavepointEvent, StatementEvent};

/// Writes down what the engines of a scenario tell, in the words of the recordings.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    log: Mutex<Log>,
}

#[derive(Debug, Default)]
struct Log {
    events: Vec<String>,
    /// The number in order of connecting over all engines, by the engine and its own number.
    numbers: BTreeMap<(usize, u64), u64>,
    /// Connections that were reset and have not arrived in the pool yet.
    returning: usize,
    /// Those that are lent, by the engine and their own number.
    lent: BTreeSet<(usize, u64)>,
}

impl Recorder {
    /// A listener for one more engine.
    pub(crate) fn listener(self: &Arc<Self>, engine: usize) -> Arc<dyn Events> {
        Arc::new(Listener { engine, recorder: Arc::clone(self) })
    }

    /// What happened since this was asked last.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.log().events)
    }

    /// Whether a connection is on its way back to the pool, which counts so many as lent: one is announced as given back just
    /// before it can be lent again.
    pub(crate) fn is_returning(&self, in_use: usize) -> bool {
        let log = self.log();
        log.returning > 0 || in_use > log.lent.len()
    }

    /// Writes down what happened to an engine as a whole.
    pub(crate) fn note(&self, event: &str) {
        self.log().events.push(event.to_owned());
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct Listener {
    engine: usize,
    recorder: Arc<Recorder>,
}

impl Listener {
    fn write(&self, name: &str, connection: u64) {
        let mut log = self.recorder.log();
        let next = u64::try_from(log.numbers.len()).unwrap_or(u64::MAX).saturating_add(1);
        let number = *log.numbers.entry((self.engine, connection)).or_insert(next);
        log.events.push(format!("{name}#{number}"));
        match name {
            "checkout" => {
                log.lent.insert((self.engine, connection));
            }
            "reset" => log.returning += 1,
            "checkin" | "close" | "invalidate" => {
                log.returning = log.returning.saturating_sub(1);
                log.lent.remove(&(self.engine, connection));
            }
            _ => {}
        }
    }
}

impl Events for Listener {
    fn connect(&self, event: ConnectionEvent) {
        self.write("connect", event.connection);
    }

    fn checkout(&self, event: ConnectionEvent) {
        self.write("checkout", event.connection);
    }

    fn begin(&self, event: ConnectionEvent) {
        self.write("begin", event.connection);
    }

    fn before_statement(&self, event: StatementEvent<'_>) {
        self.write(if event.sets == 1 { "execute" } else { "executemany" }, event.connection);
    }

    fn savepoint(&self, event: SavepointEvent) {
        self.write("savepoint", event.connection);
    }

    fn release_savepoint(&self, event: SavepointEvent) {
        self.write("release_savepoint", event.connection);
    }

    fn rollback_savepoint(&self, event: SavepointEvent) {
        self.write("rollback_savepoint", event.connection);
    }

    fn commit(&self, event: ConnectionEvent) {
        self.write("commit", event.connection);
    }

    fn rollback(&self, event: ConnectionEvent) {
        self.write("rollback", event.connection);
    }

    fn reset(&self, event: ConnectionEvent) {
        self.write("reset", event.connection);
    }

    fn checkin(&self, event: ConnectionEvent) {
        self.write("checkin", event.connection);
    }

    fn invalidate(&self, event: ConnectionEvent) {
        self.write("invalidate", event.connection);
    }

    fn close(&self, event: CloseEvent) {
        self.write("close", event.connection);
    }
}
