//! One PostgreSQL for all tests of a process.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, anyhow};

use super::PostgresServer;
use super::psql::psql;

const VARIABLE: &str = "SQLSESSION_POSTGRES_URL";

/// The URL of a PostgreSQL for tests that need just any: the value of `SQLSESSION_POSTGRES_URL` if it is set and
/// not empty, else a private server that all callers of this process share. That one ends with the process,
/// whichever way it ends.
///
/// # Errors
/// PostgreSQL is not installed or does not start.
pub fn postgres_url() -> Result<&'static str> {
    static URL: OnceLock<Result<Shared, String>> = OnceLock::new();
    let shared = URL.get_or_init(|| Shared::obtain().map_err(|error| format!("{error:#}")));
    match shared {
        Ok(shared) => Ok(&shared.url),
        Err(message) => Err(anyhow!("{message}")),
    }
}

struct Shared {
    url: String,
    /// Never dropped, as it is in a static: its watchdog ends it.
    _server: Option<PostgresServer>,
}

impl Shared {
    fn obtain() -> Result<Self> {
        if let Some(url) = std::env::var(VARIABLE).ok().filter(|url| !url.is_empty()) {
            return Ok(Self { url, _server: None });
        }
        let server = PostgresServer::start()?;
        Ok(Self { url: server.url(), _server: Some(server) })
    }
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
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = postgres_url()?;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("sqlsession_test_{}_{number}", std::process::id());
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

/// The URL with another database. `None` when it has no host and no path.
fn with_database(url: &str, name: &str) -> Option<String> {
    let (rest, query) = url.split_once('?').map_or((url, ""), |(rest, query)| (rest, query));
    let (scheme, place) = rest.split_once("://")?;
    let authority = place.split_once('/').map_or(place, |(authority, _)| authority);
    let mark = if query.is_empty() { "" } else { "?" };
    Some(format!("{scheme}://{authority}/{name}{mark}{query}"))
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
    fn only_the_database_of_a_url_is_changed() {
        let changed = |url| with_database(url, "x");
        assert_eq!(changed("postgresql://u:p@h:1/d").as_deref(), Some("postgresql://u:p@h:1/x"));
        assert_eq!(changed("postgresql+asyncpg://h").as_deref(), Some("postgresql+asyncpg://h/x"));
        assert_eq!(
            changed("postgresql://u@/d?host=/tmp/a").as_deref(),
            Some("postgresql://u@/x?host=/tmp/a")
        );
        assert_eq!(changed("d"), None);
    }

    #[test]
    fn libpq_is_not_told_of_drivers() {
        assert_eq!(for_psql("postgresql+asyncpg://h/d"), "postgresql://h/d");
        assert_eq!(for_psql("postgres://h/d"), "postgres://h/d");
        assert_eq!(for_psql("host=h"), "host=h");
    }
}
