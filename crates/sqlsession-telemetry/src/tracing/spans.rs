use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sqlsession_core::{
    Error,
    driver::Dialect,
    events::{
        CloseEvent, ConnectionEvent, Events, OpenEvent, RetryEvent, SavepointEvent, StatementEvent, WaitEvent,
    },
    statement::Lexicon,
};
use tracing::{Level, Span, debug, enabled, field::Empty, info_span, warn};

use super::{Tracing, texts::Texts};
use crate::{
    database::Database,
    outcome::{UNKNOWN, of_commit},
};

/// The target of every span and event.
const TARGET: &str = "sqlsession";

/// The listener of one engine. A connection has one transaction and runs one statement at a time.
#[derive(Debug)]
pub(super) struct Spans {
    database: Database,
    texts: Texts,
    settings: Tracing,
    open: Mutex<HashMap<u64, Unit>>,
    /// Whether anything was ever open: a statement that nobody traces need not look.
    used: AtomicBool,
}

/// What is open on a connection.
#[derive(Debug)]
struct Unit {
    transaction: Span,
    statement: Option<Span>,
    /// How it is to end, as far as that was said.
    outcome: Option<&'static str>,
}

impl Unit {
    fn new(transaction: Span) -> Self {
        Self { transaction, statement: None, outcome: None }
    }
}

impl Drop for Unit {
    fn drop(&mut self) {
        if let Some(outcome) = self.outcome {
            self.transaction.record("sqlsession.outcome", outcome);
        }
    }
}

impl Spans {
    pub(super) fn new(database: Database, dialect: Dialect, settings: Tracing) -> Self {
        Self {
            database,
            texts: Texts::new(Lexicon::of(&dialect)),
            settings,
            open: Mutex::default(),
            used: AtomicBool::new(false),
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, Unit>> {
        self.used.store(true, Ordering::Relaxed);
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is open, if anything may be. Of one connection everything is told in order, so a word said before is seen.
    fn opened(&self) -> Option<MutexGuard<'_, HashMap<u64, Unit>>> {
        self.used.load(Ordering::Relaxed).then(|| self.open())
    }

    fn are_wanted() -> bool {
        enabled!(target: TARGET, Level::INFO)
    }

    /// Ends what is open on a connection. Spans are closed without the lock: a subscriber may do what it likes.
    fn end(&self, connection: u64) {
        let unit = self.opened().and_then(|mut open| open.remove(&connection));
        drop(unit);
    }

    /// How its transaction ends.
    fn outcome(&self, connection: u64, outcome: &'static str) {
        let Some(mut open) = self.opened() else { return };
        if let Some(unit) = open.get_mut(&connection) {
            unit.outcome = Some(outcome);
        }
    }

    /// How its transaction ends if no commit says otherwise: what is rolled back behind one may be nothing.
    fn outcome_without_commit(&self, connection: u64, outcome: &'static str) {
        let Some(mut open) = self.opened() else { return };
        if let Some(unit) = open.get_mut(&connection) {
            unit.outcome.get_or_insert(outcome);
        }
    }

    fn within(&self, connection: u64) -> Option<Span> {
        self.opened()?.get(&connection).map(|unit| unit.transaction.clone())
    }
}

impl Events for Spans {
    fn open(&self, event: OpenEvent<'_>) {
        match event.error {
            None => debug!(target: TARGET, elapsed = ?event.elapsed, "connection opened"),
            Some(error) => {
                let kind = error.kind().as_str();
                warn!(target: TARGET, elapsed = ?event.elapsed, error.type = kind, "no connection: {error}");
            }
        }
    }

    fn wait(&self, event: WaitEvent) {
        match event.error {
            None => debug!(target: TARGET, elapsed = ?event.elapsed, "waited for a connection"),
            Some(kind) => warn!(
                target: TARGET, elapsed = ?event.elapsed, error.type = kind.as_str(), "waited for a connection in vain"
            ),
        }
    }

    fn begin(&self, event: ConnectionEvent) {
        if !Self::are_wanted() {
            return;
        }
        let database = &self.database;
        let transaction = info_span!(
            target: TARGET,
            "transaction",
            otel.kind = "client",
            db.system.name = database.system,
            db.namespace = database.namespace,
            server.address = database.address,
            server.port = database.port,
            sqlsession.connection = event.connection,
            sqlsession.outcome = Empty,
        );
        let before = self.open().insert(event.connection, Unit::new(transaction));
        drop(before);
    }

    fn before_statement(&self, event: StatementEvent<'_>) {
        if !Self::are_wanted() {
            return;
        }
        let outline = self.texts.outline(event.sql);
        let database = &self.database;
        let parent = self.within(event.connection).unwrap_or_else(Span::current);
        let statement = info_span!(
            target: TARGET,
            parent: &parent,
            "statement",
            otel.kind = "client",
            otel.name = outline.summary,
            otel.status_code = Empty,
            db.system.name = database.system,
            db.namespace = database.namespace,
            db.operation.name = outline.operation(),
            db.operation.batch.size = (event.sets > 1).then_some(event.sets),
            db.query.summary = outline.summary,
            db.query.text = outline.text,
            db.response.status_code = Empty,
            server.address = database.address,
            server.port = database.port,
            error.type = Empty,
            sqlsession.query.parameters = Empty,
        );
        if self.settings.parameters {
            let shown: Vec<String> = event.shown_values().collect();
            if !shown.is_empty() {
                statement.record("sqlsession.query.parameters", shown.join(", "));
            }
        }
        let mut open = self.open();
        let unit = open.entry(event.connection).or_insert(Unit::new(Span::none()));
        let before = unit.statement.replace(statement);
        drop(open);
        drop(before);
    }

    fn after_statement(&self, event: StatementEvent<'_>, elapsed: Duration, error: Option<&Error>) {
        let statement = self.opened().and_then(|mut open| open.get_mut(&event.connection)?.statement.take());
        let span = statement.unwrap_or_else(Span::none);
        if let Some(error) = error {
            span.record("error.type", error.kind().as_str());
            span.record("otel.status_code", "ERROR");
            if let Some(code) = error.code() {
                span.record("db.response.status_code", code);
            }
        }
        if self.settings.slow.is_some_and(|threshold| elapsed >= threshold)
            && enabled!(target: TARGET, Level::WARN)
        {
            let outline = self.texts.outline(event.sql);
            warn!(
                target: TARGET,
                parent: &span,
                elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
                db.query.summary = outline.summary,
                db.query.text = outline.text,
                "slow statement"
            );
        }
    }

    fn savepoint(&self, event: SavepointEvent) {
        if let Some(span) = self.within(event.connection) {
            debug!(target: TARGET, parent: &span, savepoint = event.savepoint, "savepoint");
        }
    }

    fn rollback_savepoint(&self, event: SavepointEvent) {
        if let Some(span) = self.within(event.connection) {
            debug!(target: TARGET, parent: &span, savepoint = event.savepoint, "rolled back to savepoint");
        }
    }

    fn commit(&self, event: ConnectionEvent) {
        self.outcome(event.connection, UNKNOWN);
    }

    fn after_commit(&self, event: ConnectionEvent, error: Option<&Error>) {
        self.outcome(event.connection, of_commit(error));
    }

    fn rollback(&self, event: ConnectionEvent) {
        self.outcome_without_commit(event.connection, "rollback");
    }

    fn invalidate(&self, event: ConnectionEvent) {
        self.outcome_without_commit(event.connection, "lost");
        debug!(target: TARGET, connection = event.connection, "connection lost or thrown away");
    }

    fn checkin(&self, event: ConnectionEvent) {
        self.end(event.connection);
    }

    fn close(&self, event: CloseEvent) {
        self.end(event.connection);
    }

    fn retry(&self, event: RetryEvent) {
        warn!(
            target: TARGET,
            failures = event.failures,
            error.type = event.kind.as_str(),
            delay = ?event.delay,
            "a unit of work failed and runs again"
        );
    }
}
