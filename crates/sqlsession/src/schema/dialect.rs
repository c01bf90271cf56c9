use sea_query::{
    MysqlQueryBuilder, PostgresQueryBuilder, SqliteQueryBuilder, TableCreateStatement, TableDropStatement,
};
use sqlsession_core::{Error, ErrorKind, Result, url::Scheme};

/// A dialect whose tables can be created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
    Mysql,
}

impl Dialect {
    /// By the name of a dialect, or of a URL's scheme.
    ///
    /// # Errors
    /// `UnknownDialect`.
    pub(super) fn named(name: &str) -> Result<Self> {
        match Scheme::lookup(name).map_or(name, |scheme| scheme.dialect) {
            "sqlite" => Ok(Self::Sqlite),
            "postgresql" => Ok(Self::Postgres),
            "mysql" => Ok(Self::Mysql),
            _ => Err(Error::new(
                ErrorKind::UnknownDialect,
                format!("tables are created in the dialects sqlite, postgresql and mysql, not in {name:?}"),
            )),
        }
    }

    pub(super) fn create(self, statement: &TableCreateStatement) -> String {
        match self {
            Self::Sqlite => statement.build(SqliteQueryBuilder),
            Self::Postgres => statement.build(PostgresQueryBuilder),
            Self::Mysql => statement.build(MysqlQueryBuilder),
        }
    }

    pub(super) fn drop(self, statement: &TableDropStatement) -> String {
        match self {
            Self::Sqlite => statement.build(SqliteQueryBuilder),
            Self::Postgres => statement.build(PostgresQueryBuilder),
            Self::Mysql => statement.build(MysqlQueryBuilder),
        }
    }
}
