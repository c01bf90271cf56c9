use sqlsession::{AsyncDatabase, Database};
use sqlsession_test_servers::{MysqlDatabase, PostgresDatabase};
use tempfile::TempDir;

/// A database of a test's own.
pub(crate) enum Place {
    Sqlite(TempDir),
    Postgres(PostgresDatabase),
    Mysql(MysqlDatabase),
}

impl Place {
    /// One on each backend.
    pub(crate) fn all() -> [Self; 3] {
        [
            Self::Sqlite(tempfile::tempdir().unwrap()),
            Self::Postgres(PostgresDatabase::create().unwrap()),
            Self::Mysql(MysqlDatabase::create().unwrap()),
        ]
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(dir) => format!("sqlite:///{}/app.db?timeout=2", dir.path().display()),
            Self::Postgres(database) => database.url().to_owned(),
            Self::Mysql(database) => database.url().to_owned(),
        }
    }

    pub(crate) fn is_mysql(&self) -> bool {
        matches!(self, Self::Mysql(_))
    }

    pub(crate) fn connect(&self) -> AsyncDatabase {
        AsyncDatabase::create(self.url()).unwrap()
    }

    pub(crate) fn connect_blocking(&self) -> Database {
        Database::create(self.url()).unwrap()
    }
}
