use std::{
    mem,
    sync::{Arc, Mutex},
    time::Duration,
};

use sqlsession_core::{
    Error,
    events::{ConnectionEvent, Events, SavepointEvent, StatementEvent},
};

/// Writes down what an engine tells.
#[derive(Debug, Default)]
pub(crate) struct Recorder(Mutex<Vec<String>>);

impl Recorder {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// What it was told since the last call.
    pub(crate) fn told(&self) -> Vec<String> {
        mem::take(&mut *self.0.lock().unwrap())
    }

    fn note(&self, words: impl Into<String>) {
        self.0.lock().unwrap().push(words.into());
    }
}

impl Events for Recorder {
    fn begin(&self, _: ConnectionEvent) {
        self.note("begin");
    }

    fn before_statement(&self, event: StatementEvent<'_>) {
        self.note(event.sql);
    }

    fn after_statement(&self, event: StatementEvent<'_>, _: Duration, error: Option<&Error>) {
        let end = error.map_or("ok".to_owned(), |error| error.kind().to_string());
        self.note(format!("{} x{}: {end}", event.sql, event.sets));
    }

    fn savepoint(&self, event: SavepointEvent) {
        self.note(format!("savepoint {}", event.savepoint));
    }

    fn release_savepoint(&self, event: SavepointEvent) {
        self.note(format!("release {}", event.savepoint));
    }

    fn commit(&self, _: ConnectionEvent) {
        self.note("commit");
    }

    fn rollback(&self, _: ConnectionEvent) {
        self.note("rollback");
    }

    fn reset(&self, _: ConnectionEvent) {
        self.note("reset");
    }
}
