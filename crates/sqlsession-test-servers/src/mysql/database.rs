//! One server for all tests of a process, and a database on it for each.

use anyhow::{Context, Result};

use super::client::mysql_client;
use super::product::MysqlProduct;
use super::program::Mysql;
use super::server::MysqlServer;
use crate::shared::{SharedServer, fresh_name, with_database};

/// The URL of a MariaDB or MySQL for tests that need just any: the value of `SQLSESSION_MYSQL_URL` if it is set
/// and not empty, else a private MariaDB that all callers of this process share. That one ends with the process,
/// whichever way it ends.
///
/// # Errors
/// MariaDB is not installed or does not start.
pub fn mysql_url() -> Result<&'static str> {
    static SHARED: SharedServer<Mysql> =
        SharedServer::new("SQLSESSION_MYSQL_URL", || MysqlServer::start(MysqlProduct::Mariadb));
    SHARED.url()
}

/// A fresh empty database on the server of [`mysql_url`]. Dropping it ends the connections that are in it and
/// drops the database.
///
/// It is made by the program `mariadb`, whichever product the server is of.
#[derive(Debug)]
pub struct MysqlDatabase {
    name: String,
    url: String,
    product: MysqlProduct,
}

impl MysqlDatabase {
    /// Makes one.
    ///
    /// # Errors
    /// There is no server, or its user may not create databases.
    pub fn create() -> Result<Self> {
        let server = mysql_url()?;
        let name = fresh_name();
        let url = with_database(server, &name).context("read the URL of the test server")?;
        let create = format!("DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name}; SELECT version()");
        let version = mysql_client(server, &create)?;
        let product = if version.contains("MariaDB") { MysqlProduct::Mariadb } else { MysqlProduct::Mysql };
        Ok(Self { name, url, product })
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

    /// Whose server it is on, by the version that the server tells.
    #[must_use]
    pub fn product(&self) -> MysqlProduct {
        self.product
    }

    /// Runs statements in it and gives the rows, as [`mysql_client`] does.
    ///
    /// # Errors
    /// A statement fails.
    pub fn query(&self, sql: &str) -> Result<String> {
        mysql_client(&self.url, sql)
    }

    fn drop_database(&self) -> Result<()> {
        let server = mysql_url()?;
        // A transaction that is still open would keep the database for as long as it lasts.
        for line in mysql_client(server, "SHOW PROCESSLIST")?.lines() {
            let mut columns = line.split('|');
            if let (Some(id), Some(true)) = (columns.next(), columns.nth(2).map(|name| name == self.name)) {
                // It may have ended by itself.
                let _ = mysql_client(server, &format!("KILL {id}"));
            }
        }
        let drop = format!("SET lock_wait_timeout = 30; DROP DATABASE IF EXISTS {}", self.name);
        mysql_client(server, &drop).map(|_| ())
    }
}

impl Drop for MysqlDatabase {
    fn drop(&mut self) {
        if let Err(error) = self.drop_database() {
            eprintln!("warning: the database {} is left behind: {error:#}", self.name);
        }
    }
}
