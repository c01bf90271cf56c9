use std::{fmt::Debug, sync::Arc, time::Duration};

use crate::{
    AsyncConnection, AsyncSession, DatabaseUrl, PoolStatus, Result, SessionOptions,
    driver::{BoxFuture, Dialect, Face},
    events::RetryEvent,
    pool::PoolCounters,
    runtime::Executor,
};

/// A database, its driver and its pool. Making one does no I/O.
///
/// Object-safe; [`AsyncEngine`](super::AsyncEngine) adds the rest. It is not meant to be implemented outside of this crate: a
/// backend of one's own is a [`Driver`](crate::driver::Driver), which a [`DriverEngine`](super::DriverEngine) makes one of.
pub trait Engine: Debug + Send + Sync {
    /// Where it connects.
    fn url(&self) -> &DatabaseUrl;

    /// Its SQL.
    fn dialect(&self) -> &Dialect;

    /// Whether it is used by `await` or by blocking calls.
    fn face(&self) -> Face;

    /// A session with these options; where they say nothing the engine's hold. No I/O.
    fn session(&self, options: SessionOptions) -> AsyncSession;

    /// A connection out of the pool, checked out at once.
    ///
    /// Cancel safe.
    fn connect(&self, options: SessionOptions) -> BoxFuture<'_, Result<AsyncConnection>>;

    /// The same, if the pool has a connection at hand.
    #[doc(hidden)]
    fn connect_at_once(&self, _: &SessionOptions) -> Option<AsyncConnection> {
        None
    }

    /// A look at the pool.
    fn pool_status(&self) -> PoolStatus;

    /// What the pool has done so far.
    fn pool_counters(&self) -> PoolCounters;

    /// Opens connections until as many are idle as the option `min_idle` says, so that the first users need not wait, or
    /// until there are as many as the pool keeps.
    ///
    /// An async engine goes on to keep so many from its first checkout; a blocking engine does it at this call only.
    ///
    /// # Errors
    /// Why a connection could not be made.
    ///
    /// Cancel safe.
    fn warm_up(&self) -> BoxFuture<'_, Result<()>>;

    /// Ends the engine: it lends nothing any more, those who wait for a connection get `PoolClosed`, what is idle is
    /// closed at once, and what is out when it comes back, for which this waits.
    ///
    /// # Errors
    /// `PoolTimeout` when connections are still out after `limit`. The engine is closed all the same.
    ///
    /// Cancel safe: dropped, the engine is closed and nobody waits.
    fn close(&self, limit: Duration) -> BoxFuture<'_, Result<()>>;

    /// Whether [`close`](Self::close) was begun: it lends nothing any more.
    fn is_closed(&self) -> bool;

    /// Closes the idle connections and starts a new pool. What is lent works on and is closed when it comes back.
    ///
    /// # Errors
    /// `Configuration` when the new pool cannot be built.
    fn dispose(&self) -> Result<()>;

    /// Tells those who watch that a unit of work runs again.
    #[doc(hidden)]
    fn tell_retry(&self, event: RetryEvent);

    /// What a blocking engine polls with.
    #[doc(hidden)]
    fn executor(&self) -> &Executor;

    /// What holds for its sessions and connections where their own options say nothing.
    fn session_options(&self) -> &SessionOptions;

    /// The engine with other default options, over the same pool.
    fn with_options(&self, options: SessionOptions) -> Arc<dyn Engine>;
}
