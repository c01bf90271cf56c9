use std::{sync::Arc, time::Duration};

use crate::{
    driver::{BeginMode, Face, IsolationLevel},
    events::{Echo, Events, Observer},
    pool::{PoolClass, PoolOptions, PrePing, ResetOnReturn},
    session::SessionOptions,
};

/// The options of an engine. Names and defaults are those of SQLAlchemy's `create_engine` where it has them,
/// but for [`pool_use_lifo`](Self::pool_use_lifo).
///
/// ```
/// use sqlsession_core::{EngineOptions, driver::IsolationLevel};
///
/// let options = EngineOptions::default().pool_size(8).max_overflow(0).isolation_level(IsolationLevel::Serializable);
/// # let _ = options;
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EngineOptions {
    /// The pool.
    pub pool: PoolOptions,
    /// Defaults of the sessions and connections.
    pub session: SessionOptions,
    /// SQL texts whose rewriting is remembered. Default 500, as SQLAlchemy's `query_cache_size`; 0 remembers none.
    pub query_cache_size: usize,
    /// Prepared statements kept by each connection. Default: the URL's `statement_cache_size`, or the driver's own.
    pub statement_cache_size: Option<usize>,
    /// Those who are told what happens.
    pub events: Vec<Arc<dyn Events>>,
    /// Those who make a listener of their own for the engine.
    pub observers: Vec<Arc<dyn Observer>>,
    /// Whether the engine is used by `await` (the default) or by blocking calls.
    pub face: Face,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            pool: PoolOptions::default(),
            session: SessionOptions::default(),
            query_cache_size: 500,
            statement_cache_size: None,
            events: Vec::new(),
            observers: Vec::new(),
            face: Face::Async,
        }
    }
}

impl EngineOptions {
    /// What kind of pool it is. Default: queue.
    #[must_use]
    pub fn pool_class(mut self, class: PoolClass) -> Self {
        self.pool.pool_class = class;
        self
    }

    /// Connections kept open when nobody uses them. Default 5; 0 keeps any number.
    #[must_use]
    pub fn pool_size(mut self, connections: usize) -> Self {
        self.pool.pool_size = connections;
        self
    }

    /// Connections opened on top when all are in use. Default 10; -1 opens any number.
    #[must_use]
    pub fn max_overflow(mut self, connections: i64) -> Self {
        self.pool.max_overflow = connections;
        self
    }

    /// Idle connections that are opened ahead of demand. Default 0. A blocking engine opens them by `warm_up` only.
    #[must_use]
    pub fn min_idle(mut self, connections: usize) -> Self {
        self.pool.min_idle = connections;
        self
    }

    /// How long a checkout waits for a connection to come back. Default 30 s.
    #[must_use]
    pub fn pool_timeout(mut self, limit: Duration) -> Self {
        self.pool.pool_timeout = limit;
        self
    }

    /// How long opening a connection may take in all. Default: what the URL says of each host, or the driver.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.pool.connect_timeout = Some(limit);
        self
    }

    /// Replaces a connection older than this at its next checkout. Default: never.
    #[must_use]
    pub fn pool_recycle(mut self, age: Duration) -> Self {
        self.pool.pool_recycle = Some(age);
        self
    }

    /// Closes a connection at this age, less up to a tenth of it by chance, when nobody uses it. Default: never.
    #[must_use]
    pub fn max_lifetime(mut self, age: Duration) -> Self {
        self.pool.max_lifetime = Some(age);
        self
    }

    /// Closes a connection that nobody has used for so long. Default: never.
    #[must_use]
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.pool.idle_timeout = Some(limit);
        self
    }

    /// When a connection is asked whether it is alive before it is lent: `true` at each checkout but its first, or a
    /// `Duration` when it was idle for so long. Default: never.
    #[must_use]
    pub fn pool_pre_ping(mut self, ping: impl Into<PrePing>) -> Self {
        self.pool.pool_pre_ping = ping.into();
        self
    }

    /// Lends the connection that came back last. Default: yes.
    #[must_use]
    pub fn pool_use_lifo(mut self, lifo: bool) -> Self {
        self.pool.pool_use_lifo = lifo;
        self
    }

    /// What is done with a transaction that is open when a connection comes back. Default: rollback.
    #[must_use]
    pub fn reset_on_return(mut self, reset: ResetOnReturn) -> Self {
        self.pool.reset_on_return = reset;
        self
    }

    /// Remembers where each connection was taken, for the error of a checkout that waits in vain. Default: no, for it
    /// costs a backtrace each.
    #[must_use]
    pub fn leak_detection(mut self, detect: bool) -> Self {
        self.pool.leak_detection = detect;
        self
    }

    /// The isolation level of every transaction. Default: the server's.
    #[must_use]
    pub fn isolation_level(mut self, level: IsolationLevel) -> Self {
        self.session.isolation_level = Some(level);
        self
    }

    /// When a transaction of SQLite takes the write lock. Default: the URL's `begin`, or `auto`.
    #[must_use]
    pub fn begin_mode(mut self, mode: BeginMode) -> Self {
        self.session.begin_mode = Some(mode);
        self
    }

    /// Prints transactions and statements to standard error, without their values. Default: no.
    #[must_use]
    pub fn echo(self, echo: bool) -> Self {
        if echo { self.listen(Arc::new(Echo::default())) } else { self }
    }

    /// As [`echo`](Self::echo), with the values, secrets among them. Default: no. (SQLAlchemy's `echo` prints them, unless
    /// `hide_parameters` is set.)
    #[must_use]
    pub fn echo_values(self, echo: bool) -> Self {
        if echo { self.listen(Arc::new(Echo::default().with_values())) } else { self }
    }

    /// Tells this listener what happens.
    #[must_use]
    pub fn listen(mut self, listener: Arc<dyn Events>) -> Self {
        self.events.push(listener);
        self
    }

    /// Tells the listener that this observer makes for the engine what happens.
    #[must_use]
    pub fn observe(mut self, observer: impl Observer + 'static) -> Self {
        self.observers.push(Arc::new(observer));
        self
    }

    /// SQL texts whose rewriting is remembered. Default 500; 0 remembers none.
    #[must_use]
    pub fn query_cache_size(mut self, texts: usize) -> Self {
        self.query_cache_size = texts;
        self
    }

    /// Prepared statements kept by each connection. Default: the URL's, or the driver's own.
    #[must_use]
    pub fn statement_cache_size(mut self, statements: usize) -> Self {
        self.statement_cache_size = Some(statements);
        self
    }

    /// Accepted without effect, as a SQLAlchemy 2 engine accepts it.
    #[must_use]
    pub fn future(self, _future: bool) -> Self {
        self
    }

    /// For use by blocking calls.
    #[must_use]
    pub fn blocking(mut self) -> Self {
        self.face = Face::Blocking;
        self
    }
}
