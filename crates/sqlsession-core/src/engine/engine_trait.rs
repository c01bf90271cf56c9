use std::{fmt::Debug, sync::Arc};

use crate::{
    AsyncConnection, AsyncSession, DatabaseUrl, PoolStatus, Result, SessionOptions,
    driver::{BoxFuture, Dialect, Face},
    runtime::Executor,
};

/// A database, its driver and its pool. Making one does no I/O.
///
/// Object-safe; [`AsyncEngine`](super::AsyncEngine) adds the rest.
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

    /// A look at the pool.
    fn pool_status(&self) -> PoolStatus;

    /// Closes the idle connections and starts a new pool. What is lent works on and is closed when it comes back.
    ///
    /// # Errors
    /// `Configuration` when the new pool cannot be built.
    fn dispose(&self) -> Result<()>;

    /// What a blocking engine polls with.
    #[doc(hidden)]
    fn executor(&self) -> &Executor;

    /// The engine with other default options, over the same pool.
    fn with_options(&self, options: SessionOptions) -> Arc<dyn Engine>;
}
