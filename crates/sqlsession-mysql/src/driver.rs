use std::sync::atomic::AtomicBool;

use sqlsession_core::{
    DatabaseUrl, EngineOptions, Result,
    driver::{BatchStyle, BoxFuture, Dialect, Driver, Face, IsolationLevel, PlaceholderStyle, UrlDriver},
    runtime::Executor,
};

use crate::{connect, connection::MysqlConnection, options::MysqlOptions};

pub(crate) static DIALECT: Dialect = Dialect::new(
    "mysql",
    "mysql_async",
    PlaceholderStyle::Question,
    &[
        IsolationLevel::ReadUncommitted,
        IsolationLevel::ReadCommitted,
        IsolationLevel::RepeatableRead,
        IsolationLevel::Serializable,
        IsolationLevel::Autocommit,
    ],
)
.with_backslash_escapes()
.with_several_statements()
.with_implicit_commits()
.with_quote('`')
.with_row_locks()
.with_batches(BatchStyle::Rows);

/// Connects to a MySQL or MariaDB server.
#[derive(Debug)]
pub struct MysqlDriver {
    options: MysqlOptions,
    /// Whether the server has taken the password before.
    accepted: AtomicBool,
}

impl MysqlDriver {
    /// A driver for this server. Nothing is connected.
    #[must_use]
    pub fn new(options: MysqlOptions) -> Self {
        Self { options, accepted: AtomicBool::new(false) }
    }

    /// Where the server is and how it is used.
    #[must_use]
    pub fn options(&self) -> &MysqlOptions {
        &self.options
    }
}

impl UrlDriver for MysqlDriver {
    fn from_url(url: &DatabaseUrl, options: &mut EngineOptions) -> Result<(Self, Executor)> {
        let mut mysql = MysqlOptions::from_url(url)?;
        if let Some(statements) = options.statement_cache_size {
            mysql = mysql.with_statement_cache_size(statements);
        }
        let session = &mut options.session;
        session.isolation_level = session.isolation_level.or(mysql.isolation_level());
        session.statement_timeout = session.statement_timeout.or(mysql.command_timeout());
        let executor = match options.face {
            Face::Async => Executor::Caller,
            Face::Blocking => Executor::runtime()?,
        };
        Ok((Self::new(mysql), executor))
    }
}

impl Driver for MysqlDriver {
    type Connection = MysqlConnection;

    fn dialect(&self) -> &Dialect {
        &DIALECT
    }

    /// Cancel safe: dropped, it closes the socket.
    ///
    /// # Panics
    /// As tokio does, on a runtime that was built without its drivers of input, output and time.
    fn connect(&self) -> BoxFuture<'_, Result<MysqlConnection>> {
        Box::pin(async {
            let opened = connect::open(&self.options, &self.accepted).await?;
            Ok(MysqlConnection::new(opened, &self.options))
        })
    }
}
