use std::{
    mem,
    sync::{Arc, Mutex},
    time::Duration,
};

use sqlsession::{
    EngineOptions, Error,
    events::{CloseEvent, ConnectionEvent, Events, SavepointEvent, StatementEvent},
};

/// Writes down what it is told.
#[derive(Debug, Default)]
pub(crate) struct Recorder(Mutex<Vec<String>>);

impl Recorder {
    /// A recorder, and options with which an engine tells it.
    pub(crate) fn new(options: EngineOptions) -> (Arc<Self>, EngineOptions) {
        let recorder = Arc::new(Self::default());
        (recorder.clone(), options.listen(recorder))
    }

    /// What was told since the last call.
    pub(crate) fn take(&self) -> Vec<String> {
        mem::take(&mut *self.0.lock().unwrap())
    }

    /// As [`take`](Self::take), of one kind only.
    pub(crate) fn take_only(&self, word: &str) -> Vec<String> {
        self.take().into_iter().filter(|line| line.starts_with(word)).collect()
    }

    fn note(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }
}

macro_rules! noted {
    ($($event:ident)+) => {$(
        fn $event(&self, event: ConnectionEvent) {
            self.note(format!("{} {}", stringify!($event), event.connection));
        }
    )+};
}

impl Events for Recorder {
    noted! { connect checkout begin commit rollback reset checkin invalidate }

    fn close(&self, event: CloseEvent) {
        self.note(format!("close {} {}", event.connection, event.reason));
    }

    fn before_statement(&self, event: StatementEvent<'_>) {
        self.note(format!("before {} x{}", event.sql, event.sets));
    }

    fn after_statement(&self, event: StatementEvent<'_>, _: Duration, error: Option<&Error>) {
        let end = error.map_or("ok".to_owned(), |error| error.kind().to_string());
        self.note(format!("after {}: {end}", event.sql));
    }

    fn savepoint(&self, event: SavepointEvent) {
        self.note(format!("savepoint {}", event.savepoint));
    }

    fn release_savepoint(&self, event: SavepointEvent) {
        self.note(format!("release {}", event.savepoint));
    }

    fn rollback_savepoint(&self, event: SavepointEvent) {
        self.note(format!("rollback_to {}", event.savepoint));
    }
}
