use std::{sync::Arc, time::Duration};

use super::{hold::Outer, session::JoinedSession};
use crate::{
    AsyncConnection, AsyncSession, DatabaseUrl, Engine, PoolStatus, Result, SessionOptions,
    driver::{BoxFuture, Dialect, Face},
    events::RetryEvent,
    pool::PoolCounters,
    runtime::Executor,
    session::{Connection, Session},
};

/// An engine whose sessions and connections work inside of an outer transaction. The rest is the engine's that it was begun on.
#[derive(Debug)]
pub(super) struct JoinedEngine {
    pub(super) outer: Outer,
    pub(super) options: SessionOptions,
}

impl JoinedEngine {
    fn inner(&self) -> &dyn Engine {
        &**self.outer.engine()
    }
}

impl Engine for JoinedEngine {
    fn url(&self) -> &DatabaseUrl {
        self.inner().url()
    }

    fn dialect(&self) -> &Dialect {
        self.inner().dialect()
    }

    fn face(&self) -> Face {
        self.inner().face()
    }

    fn session(&self, options: SessionOptions) -> AsyncSession {
        let session: Box<dyn Session> =
            Box::new(JoinedSession::new(self.outer.clone(), options.or(&self.options)));
        session.into()
    }

    fn connect(&self, options: SessionOptions) -> BoxFuture<'_, Result<AsyncConnection>> {
        Box::pin(async {
            let connection: Box<dyn Connection> =
                Box::new(JoinedSession::new(self.outer.clone(), options.or(&self.options)));
            Ok(connection.into())
        })
    }

    fn pool_status(&self) -> PoolStatus {
        self.inner().pool_status()
    }

    fn pool_counters(&self) -> PoolCounters {
        self.inner().pool_counters()
    }

    fn warm_up(&self) -> BoxFuture<'_, Result<()>> {
        self.inner().warm_up()
    }

    fn close(&self, limit: Duration) -> BoxFuture<'_, Result<()>> {
        self.inner().close(limit)
    }

    fn is_closed(&self) -> bool {
        self.inner().is_closed()
    }

    fn dispose(&self) -> Result<()> {
        self.inner().dispose()
    }

    fn tell_retry(&self, event: RetryEvent) {
        self.inner().tell_retry(event);
    }

    fn executor(&self) -> &Executor {
        self.inner().executor()
    }

    fn session_options(&self) -> &SessionOptions {
        &self.options
    }

    fn with_options(&self, options: SessionOptions) -> Arc<dyn Engine> {
        Arc::new(Self { outer: self.outer.clone(), options: options.or(&self.options) })
    }
}
