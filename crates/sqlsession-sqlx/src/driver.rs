use std::{num::NonZeroUsize, sync::Arc};

use sqlsession_core::{
    DatabaseUrl, EngineOptions, Error, ErrorKind, Result,
    driver::{BoxFuture, Dialect, Driver, Face, UrlDriver},
    pool::PoolClass,
    runtime::Executor,
};
use sqlx_core::pool::Pool;
use tokio::runtime::Handle;

use crate::{
    SqlxDatabase,
    connection::SqlxConnection,
    error::of_connecting,
    source::{Client, Shared, Source},
};

/// Statements that a connection remembers, as many as sqlx keeps unless it is told otherwise.
const STATEMENTS: NonZeroUsize = NonZeroUsize::new(100).unwrap();

/// Connects by sqlx.
#[derive(Debug)]
pub struct SqlxDriver<DB: SqlxDatabase> {
    shared: Arc<Shared<DB>>,
}

impl<DB: SqlxDatabase> SqlxDriver<DB> {
    /// A driver that takes its connections out of this pool.
    ///
    /// # Errors
    /// As [`SqlxEngine::from_pool_with`](crate::SqlxEngine::from_pool_with).
    pub(crate) fn over_pool(pool: Pool<DB>, options: &mut EngineOptions) -> Result<Self> {
        if options.face == Face::Blocking {
            return Err(Error::new(
                ErrorKind::Configuration,
                "a pool of sqlx belongs to the runtime it is used in: a blocking engine has one of its own and takes a URL",
            ));
        }
        refuse_pool_options(options)?;
        options.pool.pool_class = PoolClass::Null;
        Ok(Self {
            shared: Arc::new(Shared {
                source: Source::Pool(pool),
                settings: DB::settings_of_pool(),
                statements: STATEMENTS.get(),
            }),
        })
    }
}

/// What core's pool would be told has no meaning where the connections are another pool's.
fn refuse_pool_options(options: &EngineOptions) -> Result<()> {
    let mut told = options.pool.clone();
    let default = EngineOptions::default().pool;
    // These are about the checkout and the return, which are still core's.
    told.connect_timeout = default.connect_timeout;
    told.reset_on_return = default.reset_on_return;
    told.leak_detection = default.leak_detection;
    if told == default {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Configuration,
        "the connections are of sqlx's pool, which has options of its own: of the options of the engine's pool only \
         connect_timeout, reset_on_return and leak_detection count",
    ))
}

impl<DB: SqlxDatabase> UrlDriver for SqlxDriver<DB> {
    fn from_url(url: &DatabaseUrl, options: &mut EngineOptions) -> Result<(Self, Executor)> {
        let statements = options.statement_cache_size.and_then(NonZeroUsize::new).unwrap_or(STATEMENTS);
        let (connect, settings) = DB::read_url(url, options)?;
        let executor = match options.face {
            Face::Async => Executor::Caller,
            Face::Blocking => Executor::runtime()?,
        };
        let source = Source::Server(Arc::new(connect));
        Ok((Self { shared: Arc::new(Shared { source, settings, statements: statements.get() }) }, executor))
    }
}

impl<DB: SqlxDatabase> Driver for SqlxDriver<DB> {
    type Connection = SqlxConnection<DB>;

    fn dialect(&self) -> &Dialect {
        DB::dialect()
    }

    /// Cancel safe: dropped, it closes what it has opened.
    fn connect(&self) -> BoxFuture<'_, Result<SqlxConnection<DB>>> {
        Box::pin(async {
            if Handle::try_current().is_err() {
                return Err(Error::new(
                    ErrorKind::InvalidState,
                    "sqlx connects inside a tokio runtime: await this in one, or use a blocking engine",
                ));
            }
            let client = match &self.shared.source {
                Source::Server(options) => {
                    Client::Own(DB::open(options, &self.shared.settings).await.map_err(of_connecting)?)
                }
                Source::Pool(pool) => {
                    Client::Pooled(pool.acquire().await.map_err(DB::error).map_err(of_connecting)?)
                }
            };
            SqlxConnection::greet(client, &self.shared).await.map_err(of_connecting)
        })
    }

    fn disposed(&self) {
        DB::disposed(&self.shared.settings);
    }
}
