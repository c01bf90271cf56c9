use std::fmt;

use anyhow::{Result, bail};
use sqlsession_test_servers::MysqlProduct;

/// A database that can be attacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A file that several processes use.
    Sqlite,
    /// PostgreSQL with a standby.
    Postgres,
    /// MariaDB.
    Mariadb,
    /// MySQL itself.
    Mysql,
}

impl Target {
    /// The database of a backend: of `mysql` MariaDB, and MySQL itself as well where it is on this machine.
    pub(crate) fn of_backend(name: &str) -> Result<Vec<Self>> {
        Ok(match name {
            "sqlite" => vec![Self::Sqlite],
            "postgres" => vec![Self::Postgres],
            "mysql" if MysqlProduct::Mysql.is_installed() => vec![Self::Mariadb, Self::Mysql],
            "mysql" | "mariadb" => vec![Self::Mariadb],
            _ => bail!("unknown backend {name:?}: want one of sqlite, postgres, mysql, mariadb"),
        })
    }

    /// One of each backend.
    pub(crate) const BACKENDS: [&'static str; 3] = ["sqlite", "postgres", "mysql"];
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::Mariadb => "MariaDB",
            Self::Mysql => "MySQL",
        })
    }
}
