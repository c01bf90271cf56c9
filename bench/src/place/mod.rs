//! Where the contest is held: databases with the same tables and rows on all three.

mod fixture;
mod tables;

pub use fixture::Fixture;
pub use tables::{ASSOCIATED, Associated};

use std::{fmt, str::FromStr};

use sqlsession_test_servers::{mysql_client, psql};

use crate::Fallible;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
    Mariadb,
}

impl Database {
    pub const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::Mariadb];

    /// The name of the backend in sqlsession's crates and in `--backend`.
    pub fn backend(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mariadb => "mysql",
        }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::Mariadb => "MariaDB",
        })
    }
}

impl FromStr for Database {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|database| database.backend() == name);
        found.ok_or_else(|| format!("there is no benchmark for {name}"))
    }
}

/// One database, as a contestant finds it.
#[derive(Clone, Debug)]
pub struct Place {
    pub database: Database,
    /// The server's URL, or the path of the file.
    pub at: String,
}

impl Place {
    /// Runs statements by hand.
    pub fn query(&self, sql: &str) -> Fallible<()> {
        match self.database {
            Database::Sqlite => self.file()?.execute_batch(sql)?,
            Database::Postgres => drop(psql(&self.at, sql)?),
            Database::Mariadb => drop(mysql_client(&self.at, sql)?),
        }
        Ok(())
    }

    /// Takes all rows out of a table.
    pub fn empty(&self, table: &str) -> Fallible<()> {
        match self.database {
            Database::Sqlite => self.query(&format!("delete from {table}")),
            Database::Postgres | Database::Mariadb => self.query(&format!("truncate {table}")),
        }
    }

    /// A connection to the file as everybody has it: a log, and no sync at each commit.
    pub fn file(&self) -> rusqlite::Result<rusqlite::Connection> {
        let connection = rusqlite::Connection::open(&self.at)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "normal")?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    }
}
