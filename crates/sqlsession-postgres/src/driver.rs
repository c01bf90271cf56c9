use sqlsession_core::{
    DatabaseUrl, EngineOptions, Result,
    driver::{BatchStyle, BoxFuture, Dialect, Driver, Face, IsolationLevel, PlaceholderStyle, UrlDriver},
    runtime::Executor,
};

use crate::{connect, connection::PostgresConnection, options::PostgresOptions};

pub(crate) static DIALECT: Dialect = Dialect::new(
    "postgresql",
    "tokio-postgres",
    PlaceholderStyle::Dollar,
    &[
        IsolationLevel::ReadUncommitted,
        IsolationLevel::ReadCommitted,
        IsolationLevel::RepeatableRead,
        IsolationLevel::Serializable,
        IsolationLevel::Autocommit,
    ],
)
.with_row_locks()
.with_batches(BatchStyle::Arrays);

/// Connects to a PostgreSQL server.
#[derive(Debug)]
pub struct PostgresDriver {
    options: PostgresOptions,
    face: Face,
}

impl PostgresDriver {
    /// A driver for this server. Nothing is connected.
    #[must_use]
    pub fn new(options: PostgresOptions, face: Face) -> Self {
        Self { options, face }
    }

    /// Where the server is and how it is used.
    #[must_use]
    pub fn options(&self) -> &PostgresOptions {
        &self.options
    }
}

impl UrlDriver for PostgresDriver {
    fn from_url(url: &DatabaseUrl, options: &mut EngineOptions) -> Result<(Self, Executor)> {
        let mut postgres = PostgresOptions::from_url(url)?;
        if let Some(statements) = options.statement_cache_size {
            postgres = postgres.with_statement_cache_size(statements);
        }
        let session = &mut options.session;
        session.isolation_level = session.isolation_level.or(postgres.isolation_level());
        session.statement_timeout = session.statement_timeout.or(postgres.command_timeout());
        let executor = match options.face {
            Face::Async => Executor::Caller,
            Face::Blocking => Executor::runtime()?,
        };
        Ok((Self::new(postgres, options.face), executor))
    }
}

impl Driver for PostgresDriver {
    type Connection = PostgresConnection;

    fn dialect(&self) -> &Dialect {
        &DIALECT
    }

    /// Cancel safe: dropped, it closes the socket.
    ///
    /// # Panics
    /// As tokio does, on a runtime that was built without its drivers of input, output and time.
    fn connect(&self) -> BoxFuture<'_, Result<PostgresConnection>> {
        Box::pin(async {
            let opened = connect::open(&self.options).await?;
            Ok(PostgresConnection::new(opened, &self.options, self.face))
        })
    }
}
