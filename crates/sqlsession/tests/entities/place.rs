use sqlsession::{AsyncEngine, AsyncSession, EngineOptions, blocking, create_engine_with};
use sqlsession_test_servers::{MysqlDatabase, PostgresDatabase};
use tempfile::TempDir;

/// A database of a test's own.
pub(crate) enum Place {
    Sqlite(TempDir),
    Postgres(PostgresDatabase),
    Mysql(MysqlDatabase),
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    pub(crate) fn postgres() -> Self {
        Self::Postgres(PostgresDatabase::create().unwrap())
    }

    pub(crate) fn mysql() -> Self {
        Self::Mysql(MysqlDatabase::create().unwrap())
    }

    /// What is for this backend.
    pub(crate) fn pick<T>(&self, sqlite: T, postgres: T, mysql: T) -> T {
        match self {
            Self::Sqlite(_) => sqlite,
            Self::Postgres(_) => postgres,
            Self::Mysql(_) => mysql,
        }
    }

    fn url(&self) -> String {
        match self {
            Self::Sqlite(dir) => format!("sqlite:///{}/app.db?timeout=20", dir.path().display()),
            Self::Postgres(place) => place.url().to_owned(),
            Self::Mysql(place) => place.url().to_owned(),
        }
    }

    pub(crate) fn engine_with(&self, options: EngineOptions) -> AsyncEngine {
        create_engine_with(self.url(), options).unwrap()
    }

    pub(crate) fn engine(&self) -> AsyncEngine {
        self.engine_with(EngineOptions::default())
    }

    pub(crate) fn blocking_engine(&self) -> blocking::Engine {
        blocking::create_engine_with(self.url(), EngineOptions::default()).unwrap()
    }

    /// An engine, and a session in whose database these statements have run.
    pub(crate) async fn session_after(&self, setup: &[&str]) -> (AsyncEngine, AsyncSession) {
        let engine = self.engine();
        let mut session = engine.session_maker().session();
        for sql in setup {
            session.execute((*sql).to_owned()).await.unwrap();
        }
        session.commit().await.unwrap();
        (engine, session)
    }
}
