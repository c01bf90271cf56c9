use sqlsession_mysql::{
    AsyncSession, EngineOptions, MysqlEngine,
    core::{AsyncEngine, blocking},
};
use sqlsession_test_servers::{MysqlDatabase, MysqlProduct};

/// A database of a test's own, with an engine for it.
pub(crate) struct Database {
    pub(crate) engine: AsyncEngine,
    pub(crate) place: MysqlDatabase,
}

impl Database {
    pub(crate) fn create() -> Self {
        Self::with(EngineOptions::default())
    }

    pub(crate) fn with(options: EngineOptions) -> Self {
        Self::by("", options)
    }

    /// One whose URL has these options.
    pub(crate) fn by(query: &str, options: EngineOptions) -> Self {
        let place = MysqlDatabase::create().unwrap();
        let url = format!("{}{query}", place.url());
        let engine = MysqlEngine::with_options(url.as_str(), options).unwrap().to_async();
        Self { engine, place }
    }

    pub(crate) fn session(&self) -> AsyncSession {
        self.engine.session_maker().session()
    }

    /// The same database by blocking calls.
    pub(crate) fn blocking(&self) -> blocking::Engine {
        let options = EngineOptions::default().blocking();
        MysqlEngine::with_options(self.place.url(), options).unwrap().to_blocking().unwrap()
    }

    /// What the server says, asked outside of the engine.
    pub(crate) fn ask(&self, sql: &str) -> String {
        self.place.query(sql).unwrap()
    }

    pub(crate) fn is_mariadb(&self) -> bool {
        self.place.product() == MysqlProduct::Mariadb
    }
}
