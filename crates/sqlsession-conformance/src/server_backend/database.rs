use std::{
    process,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use sqlsession_core::{
    AsyncConnection, AsyncEngine, DatabaseUrl, Error, ErrorKind, Result, SessionOptions, Statement,
    driver::{BoxFuture, IsolationLevel},
};

use super::dialect::Dialect;
use crate::Database;

/// How long connections that were ended may take to be gone.
const GONE_WITHIN: Duration = Duration::from_secs(10);

/// A database of one scenario's own on a server.
#[derive(Debug)]
pub(super) struct ServerDatabase {
    dialect: Dialect,
    url: DatabaseUrl,
    name: String,
    number: u64,
    /// On the server's own database, from which this one can be dropped.
    server: AsyncEngine,
}

impl ServerDatabase {
    /// Makes one by way of an engine on another database of the same server.
    pub(super) async fn create(dialect: Dialect, engine: AsyncEngine, server: &DatabaseUrl) -> Result<Self> {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("sqlsession_conformance_{}_{number}", process::id());
        let url = server.clone().with_database(name.as_str());
        // A former process of the same number may have been killed.
        run(&engine, [(dialect.drop_database)(&name), (dialect.create_database)(&name)]).await?;
        Ok(Self { dialect, url, name, number, server: engine })
    }
}

/// Runs statements that want no transaction.
async fn run(engine: &AsyncEngine, statements: impl IntoIterator<Item = String>) -> Result<()> {
    let options = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut connection = engine.connect_with(options).await?;
    for sql in statements {
        connection.execute(Statement::raw(sql)).await?;
    }
    connection.close().await
}

impl Database for ServerDatabase {
    fn url(&self) -> DatabaseUrl {
        self.url.clone()
    }

    fn place(&self, name: &str) -> Option<String> {
        match name {
            "db" => Some(self.name.clone()),
            "n" => Some(format!("{}_{}", process::id(), self.number)),
            "user" => self.url.username().map(str::to_owned),
            "password" => self.url.password().map(str::to_owned),
            "host" => self.url.host().map(str::to_owned),
            "port" => self.url.port().map(|port| port.to_string()),
            _ => None,
        }
    }

    fn kill_all<'a>(&'a self, outside: &'a mut AsyncConnection) -> BoxFuture<'a, Result<Option<u64>>> {
        Box::pin(async move {
            let connections = || Statement::raw(self.dialect.connections);
            let killed = outside.execute(connections()).await?.scalars::<i64>()?;
            for number in &killed {
                outside.execute(Statement::raw((self.dialect.kill)(*number))).await?;
            }
            let start = Instant::now();
            loop {
                let left = outside.execute(connections()).await?.scalars::<i64>()?;
                if !left.iter().any(|number| killed.contains(number)) {
                    break;
                }
                if start.elapsed() > GONE_WITHIN {
                    return Err(Error::new(
                        ErrorKind::InvalidState,
                        format!("connections are still there after {GONE_WITHIN:?}"),
                    ));
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            Ok(Some(u64::try_from(killed.len()).unwrap_or(u64::MAX)))
        })
    }

    fn remove(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move {
            run(&self.server, [(self.dialect.drop_database)(&self.name)]).await?;
            self.server.dispose()
        })
    }
}
