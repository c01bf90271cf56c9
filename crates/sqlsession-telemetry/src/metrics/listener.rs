use std::time::Duration;

use metrics::{Label, counter, gauge, histogram};
use sqlsession_core::{
    Error, ErrorKind,
    events::{CloseEvent, ConnectionEvent, Events, OpenEvent, RetryEvent, StatementEvent, WaitEvent},
};

use super::connections::{Connections, Count};
use crate::{database::Database, outcome::of_commit};

/// The listener of one engine.
#[derive(Debug)]
pub(super) struct Listener {
    database: Vec<Label>,
    pool: Vec<Label>,
    connections: Connections,
}

impl Listener {
    pub(super) fn new(database: &Database, pool_name: Option<String>) -> Self {
        let named = |key: &'static str, value: &Option<String>| {
            value.as_ref().map(|value| Label::new(key, value.clone()))
        };
        let labels: Vec<Label> = [Label::from_static_parts("db.system.name", database.system)]
            .into_iter()
            .chain(named("db.namespace", &database.namespace))
            .chain(named("server.address", &database.address))
            .chain(database.port.map(|port| Label::new("server.port", port.to_string())))
            .collect();
        let name = pool_name.unwrap_or_else(|| match (&database.address, database.port) {
            (Some(address), Some(port)) => format!("{address}:{port}"),
            (Some(address), None) => address.clone(),
            (None, _) => database.namespace.clone().unwrap_or_else(|| database.system.to_owned()),
        });
        let pool = [Label::new("db.client.connection.pool.name", name)];
        let pool = pool.into_iter().chain(labels.iter().cloned()).collect();
        Self { database: labels, pool, connections: Connections::default() }
    }

    fn count(&self, count: Count) {
        for (state, connections) in [("idle", count.idle), ("used", count.used)] {
            let state = Label::from_static_parts("db.client.connection.state", state);
            // A pool has no more of them than a float holds.
            #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
            gauge!("db.client.connection.count", with(&self.pool, [state])).set(connections as f64);
        }
    }

    fn used(&self, time: Option<Duration>) {
        if let Some(time) = time {
            histogram!("db.client.connection.use_time", self.pool.clone()).record(time);
        }
    }

    fn ended(&self, connection: u64, outcome: &'static str) {
        if !self.connections.ended(connection) {
            return;
        }
        let outcome = Label::from_static_parts("outcome", outcome);
        counter!("sqlsession.transactions", with(&self.database, [outcome])).increment(1);
    }
}

fn with(labels: &[Label], more: impl IntoIterator<Item = Label>) -> Vec<Label> {
    labels.iter().cloned().chain(more).collect()
}

fn of_error(kind: Option<ErrorKind>) -> Option<Label> {
    kind.map(|kind| Label::from_static_parts("error.type", kind.as_str()))
}

impl Events for Listener {
    fn open(&self, event: OpenEvent<'_>) {
        let labels = with(&self.pool, of_error(event.error.map(Error::kind)));
        histogram!("db.client.connection.create_time", labels).record(event.elapsed);
    }

    fn connect(&self, event: ConnectionEvent) {
        self.connections.opened(event.connection, |count| self.count(count));
    }

    fn wait(&self, event: WaitEvent) {
        histogram!("db.client.connection.wait_time", self.pool.clone()).record(event.elapsed);
        if event.error == Some(ErrorKind::PoolTimeout) {
            counter!("db.client.connection.timeouts", self.pool.clone()).increment(1);
        }
    }

    fn checkout(&self, event: ConnectionEvent) {
        self.connections.lent(event.connection, |count| self.count(count));
    }

    fn checkin(&self, event: ConnectionEvent) {
        self.used(self.connections.returned(event.connection, |count| self.count(count)));
    }

    fn close(&self, event: CloseEvent) {
        self.used(self.connections.closed(event.connection, |count| self.count(count)));
        let reason = Label::from_static_parts("reason", event.reason.as_str());
        counter!("sqlsession.connection.closed", with(&self.pool, [reason])).increment(1);
    }

    fn after_statement(&self, _event: StatementEvent<'_>, elapsed: Duration, error: Option<&Error>) {
        let labels = with(&self.database, of_error(error.map(Error::kind)));
        histogram!("db.client.operation.duration", labels).record(elapsed);
    }

    fn begin(&self, event: ConnectionEvent) {
        self.connections.begun(event.connection);
    }

    fn after_commit(&self, event: ConnectionEvent, error: Option<&Error>) {
        self.ended(event.connection, of_commit(error));
    }

    fn rollback(&self, event: ConnectionEvent) {
        self.ended(event.connection, "rollback");
    }

    fn retry(&self, event: RetryEvent) {
        let labels = with(&self.database, of_error(Some(event.kind)));
        counter!("sqlsession.retries", labels).increment(1);
    }
}
