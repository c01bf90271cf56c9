//! Where the contest is held: databases with the same tables and rows.

mod fixture;
mod tables;

pub use fixture::Fixture;
pub use tables::{ASSOCIATED, Associated, emptied};

use std::fmt;

use sqlsession_test_servers::{mysql_client, psql};

use crate::Fallible;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    /// SQLite again, in the memory of this process: each contestant has a database of its own, and fills it by itself.
    SqliteInMemory,
    Postgres,
    Mariadb,
}

impl Database {
    pub const ALL: [Self; 4] = [Self::Sqlite, Self::SqliteInMemory, Self::Postgres, Self::Mariadb];

    /// The name of the backend in sqlsession's crates and in `--backend`.
    pub fn backend(self) -> &'static str {
        match self {
            Self::Sqlite | Self::SqliteInMemory => "sqlite",
            Self::Postgres => "postgres",
            Self::Mariadb => "mysql",
        }
    }

    /// Whether there is no server.
    pub fn is_in_process(self) -> bool {
        self.backend() == "sqlite"
    }

    /// Those of a backend.
    pub fn of(backend: &str) -> Fallible<Vec<Self>> {
        let found: Vec<Self> =
            Self::ALL.into_iter().filter(|database| database.backend() == backend).collect();
        if found.is_empty() { Err(format!("there is no benchmark for {backend}").into()) } else { Ok(found) }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::SqliteInMemory => "SQLite in memory",
            Self::Postgres => "PostgreSQL",
            Self::Mariadb => "MariaDB",
        })
    }
}

/// One database, as a contestant finds it.
#[derive(Clone, Debug)]
pub struct Place {
    pub database: Database,
    /// The server's URL, or the path of the file, which is `:memory:` where there is none.
    pub at: String,
}

impl Place {
    /// Runs statements by hand.
    pub fn query(&self, sql: &str) -> Fallible<()> {
        match self.database {
            Database::Sqlite => self.file()?.execute_batch(sql)?,
            Database::SqliteInMemory => {
                return Err("only the contestant itself reaches what is in memory".into());
            }
            Database::Postgres => drop(psql(&self.at, sql)?),
            Database::Mariadb => drop(mysql_client(&self.at, sql)?),
        }
        Ok(())
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
