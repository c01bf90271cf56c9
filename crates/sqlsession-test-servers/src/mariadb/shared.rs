//! One MariaDB for all tests of a process.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, anyhow};

use super::MariadbServer;
use super::client::mariadb;

const VARIABLE: &str = "SQLSESSION_MYSQL_URL";

/// The URL of a MySQL or MariaDB for tests that need just any: the value of `SQLSESSION_MYSQL_URL` if it is set and
/// not empty, else a private MariaDB that all callers of this process share. That one ends with the process,
/// whichever way it ends.
///
/// # Errors
/// MariaDB is not installed or does not start.
pub fn mysql_url() -> Result<&'static str> {
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
    _server: Option<MariadbServer>,
}

impl Shared {
    fn obtain() -> Result<Self> {
        if let Some(url) = std::env::var(VARIABLE).ok().filter(|url| !url.is_empty()) {
            return Ok(Self { url, _server: None });
        }
        let server = MariadbServer::start()?;
        Ok(Self { url: server.url(), _server: Some(server) })
    }
}

/// A fresh empty database on the server of [`mysql_url`]. Dropping it drops the database.
///
/// It is made by the program `mariadb`.
#[derive(Debug)]
pub struct MysqlDatabase {
    name: String,
    url: String,
}

impl MysqlDatabase {
    /// Makes one.
    ///
    /// # Errors
    /// There is no server, or its user may not create databases.
    pub fn create() -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = mysql_url()?;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("sqlsession_test_{}_{number}", std::process::id());
        let url = with_database(server, &name).context("read the URL of the test server")?;
        mariadb(server, &format!("CREATE OR REPLACE DATABASE {name}"))
            .or_else(|_| mariadb(server, &format!("CREATE DATABASE {name}")))?;
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

    /// Runs statements in it and gives the rows, as [`mariadb`] does.
    ///
    /// # Errors
    /// A statement fails.
    pub fn query(&self, sql: &str) -> Result<String> {
        mariadb(&self.url, sql)
    }
}

impl Drop for MysqlDatabase {
    fn drop(&mut self) {
        // A session that a test has left holds locks on its tables, which DROP would wait for.
        let drop = format!("SET lock_wait_timeout = 5; DROP DATABASE IF EXISTS {}", self.name);
        if let Err(error) = mysql_url().and_then(|server| mariadb(server, &drop)) {
            eprintln!("warning: the database {} is left behind: {error:#}", self.name);
        }
    }
}

/// The URL with another database. `None` when it has no host.
fn with_database(url: &str, name: &str) -> Option<String> {
    let (rest, query) = url.split_once('?').map_or((url, ""), |(rest, query)| (rest, query));
    let (scheme, place) = rest.split_once("://")?;
    let authority = place.split_once('/').map_or(place, |(authority, _)| authority);
    let mark = if query.is_empty() { "" } else { "?" };
    Some(format!("{scheme}://{authority}/{name}{mark}{query}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_of_a_url_is_changed() {
        let changed = |url| with_database(url, "x");
        assert_eq!(changed("mysql://u:p@h:1/d").as_deref(), Some("mysql://u:p@h:1/x"));
        assert_eq!(changed("mysql://h/d?charset=utf8mb4").as_deref(), Some("mysql://h/x?charset=utf8mb4"));
        assert_eq!(changed("d"), None);
    }
}
