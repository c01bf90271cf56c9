//! One PostgreSQL for all tests of a process.

use anyhow::{Context, Result};

use super::psql::psql;
use super::{Postgres, PostgresServer};
use crate::shared::{SharedServer, fresh_name, with_database};

/// The URL of a PostgreSQL for tests that need just any: the value of `SQLSESSION_POSTGRES_URL` if it is set and
/// not empty, else a private server that all callers of this process share. That one ends with the process,
/// whichever way it ends.
///
/// # Errors
/// PostgreSQL is not installed or does not start.
pub fn postgres_url() -> Result<&'static str> {
    static SHARED: SharedServer<Postgres> =
        SharedServer::new("SQLSESSION_POSTGRES_URL", PostgresServer::start);
    SHARED.url()
}

/// A fresh empty database on the server of [`postgres_url`]. Dropping it drops the database, also under open
/// connections.
///
/// It is made by the program `psql`.
#[derive(Debug)]
pub struct PostgresDatabase {
    name: String,
    url: String,
}

impl PostgresDatabase {
    /// Makes one.
    ///
    /// # Errors
    /// There is no server, or its user may not create databases.
    pub fn create() -> Result<Self> {
        let server = postgres_url()?;
        let name = fresh_name();
        let url = with_database(server, &name).context("read the URL of the test server")?;
        psql(&for_psql(server), &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))?;
        psql(&for_psql(server), &format!("CREATE DATABASE {name}"))?;
        Ok(Self { name, url })
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs statements in it and gives the rows, as [`psql`] does.
    ///
    /// # Errors
    /// A statement fails.
    pub fn query(&self, sql: &str) -> Result<String> {
        psql(&for_psql(&self.url), sql)
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        if let Err(error) = postgres_url().and_then(|server| psql(&for_psql(server), &drop)) {
            eprintln!("warning: the database {} is left behind: {error:#}", self.name);
        }
    }
}

/// libpq knows no driver in the scheme.
fn for_psql(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) if scheme.contains('+') => format!("postgresql://{rest}"),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libpq_is_not_told_of_drivers() {
        assert_eq!(for_psql("postgresql+asyncpg://h/d"), "postgresql://h/d");
        assert_eq!(for_psql("postgres://h/d"), "postgres://h/d");
        assert_eq!(for_psql("host=h"), "host=h");
    }
}
