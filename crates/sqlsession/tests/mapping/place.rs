use sqlsession::{AsyncDatabase, Entity, Value};
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

    pub(crate) fn quote(&self) -> char {
        if matches!(self, Self::Mysql(_)) { '`' } else { '"' }
    }
}

/// Stores entities as they are; what is unset is left to the server.
pub(crate) async fn insert<E: Entity>(db: &AsyncDatabase, entities: &[E]) {
    for entity in entities {
        let mut values = Vec::new();
        entity.append_values(&mut values).unwrap();
        let set =
            E::table().columns().iter().zip(values).filter_map(|(column, value)| Some((column, value?)));
        let (columns, values): (Vec<String>, Vec<Value>) =
            set.map(|(column, value)| (column.name.clone().into_owned(), value)).unzip();
        let mut session = db.session_maker().session();
        session.bulk_insert(E::table().name(), columns, [values]).await.unwrap();
        session.commit().await.unwrap();
    }
}

/// All rows of the entity's table, by its first column.
pub(crate) async fn read<E: Entity>(db: &AsyncDatabase, place: &Place) -> Vec<E> {
    let table = E::table().table_name().unwrap().quoted(place.quote());
    let mut session = db.session_maker().session();
    session.all(format!("select * from {table} order by 1")).await.unwrap()
}
