use std::sync::Arc;
use std::time::Duration;

use sqlsession::events::{ConnectionEvent, Events, RetryEvent};
use sqlsession::{AsyncEngine, EngineOptions, Result, blocking, create_engine_with};

use crate::history::{Entry, Journal};
use crate::unit::Dialect;

/// How long a statement may take that does not say so itself.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long a checkout waits.
const POOL_TIMEOUT: Duration = Duration::from_secs(10);

/// Connections do not grow old here, so that the pool has to see to that as well.
const MAX_LIFETIME: Duration = Duration::from_secs(20);
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);
const MIN_IDLE: usize = 2;

/// The two engines that the workers of a process share.
#[derive(Debug, Clone)]
pub(crate) struct Clients {
    pub(crate) by_await: AsyncEngine,
    pub(crate) by_blocking: blocking::Engine,
    pub(crate) dialect: Dialect,
}

impl Clients {
    /// The size and the overflow of the pool that tasks share, and of the one that threads share.
    pub(crate) const POOL: (usize, i64) = (6, 2);
    pub(crate) const BLOCKING_POOL: (usize, i64) = (2, 1);

    pub(crate) fn new(url: &str, journal: &Arc<dyn Journal>) -> Result<Self> {
        let options = |(size, overflow)| {
            let mut options = EngineOptions::default()
                .pool_size(size)
                .max_overflow(overflow)
                .pool_timeout(POOL_TIMEOUT)
                .max_lifetime(MAX_LIFETIME)
                .idle_timeout(IDLE_TIMEOUT)
                .min_idle(MIN_IDLE)
                .listen(Arc::new(Teller(Arc::clone(journal))));
            options.session = options.session.statement_timeout(STATEMENT_TIMEOUT);
            options
        };
        let by_await = create_engine_with(url, options(Self::POOL))?;
        let by_blocking = blocking::create_engine_with(url, options(Self::BLOCKING_POOL))?;
        let dialect = Dialect::of(&*by_await);
        Ok(Self { by_await, by_blocking, dialect })
    }
}

/// Tells of connections.
#[derive(Debug)]
struct Teller(Arc<dyn Journal>);

impl Events for Teller {
    fn connect(&self, _event: ConnectionEvent) {
        self.0.write(Entry::Opened);
    }

    fn retry(&self, event: RetryEvent) {
        self.0.write(Entry::Retried { sort: event.kind.to_string() });
    }

    fn invalidate(&self, _event: ConnectionEvent) {
        self.0.write(Entry::Invalidated);
    }
}
