use sqlsession_mysql::MysqlEngine;
use sqlsession_postgres::PostgresEngine;
use sqlsession_sqlite::SqliteEngine;
use sqlsession_sqlx::{
    SqlxEngine,
    core::{AsyncEngine, DatabaseUrl, blocking},
    sqlx_mysql::MySql,
    sqlx_postgres::Postgres,
    sqlx_sqlite::Sqlite,
};
use sqlsession_test_servers::{MysqlDatabase, PostgresDatabase, Proxy};

/// A database of a test's own, with an engine by sqlx and a native one.
pub(crate) struct Database {
    pub(crate) name: &'static str,
    pub(crate) engine: AsyncEngine,
    pub(crate) native: AsyncEngine,
    place: Place,
}

/// Kept as long as it is used.
enum Place {
    Folder(tempfile::TempDir),
    Postgres(PostgresDatabase),
    Mysql(MysqlDatabase),
}

impl Place {
    fn url(&self) -> String {
        match self {
            Self::Folder(folder) => format!("sqlite:///{}", folder.path().join("x.db").display()),
            Self::Postgres(database) => database.url().to_owned(),
            Self::Mysql(database) => database.url().to_owned(),
        }
    }
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        let place = Place::Folder(tempfile::tempdir().unwrap());
        let url = place.url();
        let native = SqliteEngine::new(url.as_str()).unwrap().to_async();
        let engine = SqlxEngine::<Sqlite>::new(url.as_str()).unwrap().to_async();
        Self { name: "sqlite", engine, native, place }
    }

    pub(crate) fn postgres() -> Self {
        let place = Place::Postgres(PostgresDatabase::create().unwrap());
        let url = place.url();
        let native = PostgresEngine::new(url.as_str()).unwrap().to_async();
        let engine = SqlxEngine::<Postgres>::new(url.as_str()).unwrap().to_async();
        Self { name: "postgres", engine, native, place }
    }

    pub(crate) fn mysql() -> Self {
        Self::mysql_by("")
    }

    /// One whose URL has these options.
    pub(crate) fn mysql_by(query: &str) -> Self {
        let place = Place::Mysql(MysqlDatabase::create().unwrap());
        let url = format!("{}{query}", place.url());
        let native = MysqlEngine::new(url.as_str()).unwrap().to_async();
        let engine = SqlxEngine::<MySql>::new(url.as_str()).unwrap().to_async();
        Self { name: "mysql", engine, native, place }
    }

    /// One of each.
    pub(crate) fn all() -> [Self; 3] {
        [Self::sqlite(), Self::postgres(), Self::mysql()]
    }

    /// The same database by blocking calls.
    pub(crate) fn blocking(&self) -> blocking::Engine {
        let url = self.place.url();
        match self.place {
            Place::Folder(_) => SqlxEngine::<Sqlite>::blocking(url.as_str()),
            Place::Postgres(_) => SqlxEngine::<Postgres>::blocking(url.as_str()),
            Place::Mysql(_) => SqlxEngine::<MySql>::blocking(url.as_str()),
        }
        .unwrap()
    }

    /// The same database of a server, behind a proxy.
    pub(crate) fn behind_a_proxy(&self) -> (Proxy, AsyncEngine) {
        let url: DatabaseUrl = self.place.url().parse().unwrap();
        let proxy = Proxy::start(url.port().unwrap()).unwrap();
        let url = url.with_host("127.0.0.1").with_port(proxy.port());
        let engine = match self.place {
            Place::Mysql(_) => SqlxEngine::<MySql>::new(url).unwrap().to_async(),
            _ => SqlxEngine::<Postgres>::new(url).unwrap().to_async(),
        };
        (proxy, engine)
    }

    pub(crate) fn product(&self) -> Option<sqlsession_test_servers::MysqlProduct> {
        match &self.place {
            Place::Mysql(database) => Some(database.product()),
            _ => None,
        }
    }
}
