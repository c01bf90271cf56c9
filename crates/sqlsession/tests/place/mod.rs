use sqlsession::AsyncDatabase;
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

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(dir) => format!("sqlite:///{}/app.db?foreign_keys=on", dir.path().display()),
            Self::Postgres(place) => place.url().to_owned(),
            Self::Mysql(place) => place.url().to_owned(),
        }
    }

    pub(crate) fn database(&self) -> AsyncDatabase {
        AsyncDatabase::create(self.url()).unwrap()
    }
}
