use std::sync::Arc;

use sqlsession_core::events::{Events, Observed, Observer};

use super::listener::Listener;
use crate::database::Database;

/// Measures an engine under OpenTelemetry's names.
///
/// Given to [`EngineOptions::observe`](sqlsession_core::EngineOptions::observe). The recorder is looked up at each event, so it
/// may be installed after the engine was made.
///
/// | metric | kind | labels beside the database's |
/// |---|---|---|
/// | `db.client.operation.duration` | histogram, seconds | `error.type` |
/// | `db.client.connection.count` | gauge | `db.client.connection.state`: `idle`, `used` |
/// | `db.client.connection.pending_requests` | not told: a pool says it by `pool_status` | |
/// | `db.client.connection.create_time` | histogram, seconds | `error.type` |
/// | `db.client.connection.wait_time` | histogram, seconds, of checkouts that had to wait | |
/// | `db.client.connection.use_time` | histogram, seconds | |
/// | `db.client.connection.timeouts` | counter | |
/// | `sqlsession.connection.closed` | counter | `reason` |
/// | `sqlsession.transactions` | counter | `outcome`: `commit`, `rollback`, `unknown` if a commit was not answered |
/// | `sqlsession.retries` | counter | `error.type` |
///
/// The database's labels are `db.system.name`, `db.namespace`, `server.address`, `server.port`, and for connections
/// `db.client.connection.pool.name`.
#[derive(Debug, Clone, Default)]
pub struct Metrics {
    pool_name: Option<String>,
}

impl Metrics {
    /// Measures a pool under the name of its server and port, or its database.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of `db.client.connection.pool.name`.
    #[must_use]
    pub fn pool_name(mut self, name: impl Into<String>) -> Self {
        self.pool_name = Some(name.into());
        self
    }
}

impl Observer for Metrics {
    fn watch(&self, engine: &Observed<'_>) -> Arc<dyn Events> {
        Arc::new(Listener::new(&Database::of(engine), self.pool_name.clone()))
    }
}
