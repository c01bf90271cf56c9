use std::{fmt, sync::Arc};

use sqlsession_core::{AsyncEngine, DatabaseUrl, EngineOptions, Result, Statement, driver::BoxFuture};

use super::{
    database::ServerDatabase,
    dialect::{Dialect, MYSQL, POSTGRES},
};
use crate::{Backend, Database, backend::MakeEngine};

/// A backend whose databases are on a server: each scenario has one of its own there, made and dropped by the user of
/// the URL, who must be allowed to.
#[derive(Clone)]
pub struct ServerBackend {
    dialect: Dialect,
    server: DatabaseUrl,
    make_engine: Arc<MakeEngine>,
}

impl fmt::Debug for ServerBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerBackend")
            .field("dialect", &self.dialect.name)
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

impl ServerBackend {
    /// PostgreSQL, by the driver whose engines `make_engine` makes. `server` is the URL of a database that is there
    /// already; nothing in it is touched.
    pub fn postgres(
        server: DatabaseUrl,
        make_engine: impl Fn(DatabaseUrl, EngineOptions) -> Result<AsyncEngine> + Send + Sync + 'static,
    ) -> Self {
        Self { dialect: POSTGRES, server, make_engine: Arc::new(make_engine) }
    }

    /// MySQL or MariaDB, by the driver whose engines `make_engine` makes. `server` is as for
    /// [`postgres`](Self::postgres).
    pub fn mysql(
        server: DatabaseUrl,
        make_engine: impl Fn(DatabaseUrl, EngineOptions) -> Result<AsyncEngine> + Send + Sync + 'static,
    ) -> Self {
        Self { dialect: MYSQL, server, make_engine: Arc::new(make_engine) }
    }
}

impl Backend for ServerBackend {
    fn name(&self) -> &str {
        self.dialect.name
    }

    fn engine(&self, url: DatabaseUrl, options: EngineOptions) -> Result<AsyncEngine> {
        (self.make_engine)(url, options)
    }

    fn create_database(&self) -> BoxFuture<'_, Result<Box<dyn Database>>> {
        Box::pin(async {
            let engine = self.engine(self.server.clone(), EngineOptions::default())?;
            let database = ServerDatabase::create(self.dialect, engine, &self.server).await?;
            Ok(Box::new(database) as Box<dyn Database>)
        })
    }

    fn product(&self) -> BoxFuture<'_, Result<Option<String>>> {
        Box::pin(async {
            let Some(question) = self.dialect.product else { return Ok(None) };
            let engine = self.engine(self.server.clone(), EngineOptions::default())?;
            let mut session = engine.session_maker().session();
            session.scalar_one(Statement::raw(question)).await.map(Some)
        })
    }

    fn driver(&self) -> Option<&'static str> {
        let engine = self.engine(self.server.clone(), EngineOptions::default()).ok()?;
        Some(engine.dialect().driver)
    }

    /// A few: making a database takes longer than most scenarios do, and much of that is waiting. More would disturb
    /// those in which one step has 0.3 s to begin before the next one.
    fn at_once(&self) -> usize {
        4
    }
}
