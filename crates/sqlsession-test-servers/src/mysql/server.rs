use std::path::Path;

use anyhow::{Context, Result};

use super::client::mysql_client;
use super::product::MysqlProduct;
use super::program::{CONFIGURATION, Mysql, OWNER, certificate_settings};
use crate::certificates::{Certificates, ServerCertificate};
use crate::server::Server;

/// A private MariaDB or MySQL server with the database `sqlsession`. By TCP its owner is `root` with the password
/// `sqlsession`; by the Unix socket in its folder `root` needs no password.
pub type MysqlServer = Server<Mysql>;

impl MysqlServer {
    /// Starts a fresh one without options. It is stopped and removed when the guard is dropped.
    ///
    /// # Errors
    /// The product is not installed or does not start.
    pub fn start(product: MysqlProduct) -> Result<Self> {
        Mysql::new(product).start()
    }

    /// Whose server it is.
    #[must_use]
    pub fn product(&self) -> MysqlProduct {
        self.program().product()
    }

    /// The URL of the test database by TCP, for a user and its password. Both stand in it as they are.
    #[must_use]
    pub fn url_as(&self, user: &str, password: Option<&str>) -> String {
        format!("mysql://{}@127.0.0.1:{}/{OWNER}", credentials(user, password), self.port())
    }

    /// The URL of the test database by the Unix socket in the server's [folder](Server::folder), with the option
    /// `unix_socket`. `root` needs no password there.
    #[must_use]
    pub fn url_by_socket(&self, user: &str, password: Option<&str>) -> String {
        url_by_socket(self.folder(), user, password)
    }

    /// Runs statements as `root` in the test database and gives the rows, as [`mysql_client`] does.
    ///
    /// # Errors
    /// The server does not run, or a statement fails.
    pub fn query(&self, sql: &str) -> Result<String> {
        mysql_client(&self.url_by_socket("root", None), sql)
    }

    /// The certificates that clients need.
    ///
    /// # Errors
    /// It was started without [`Mysql::tls`].
    pub fn certificates(&self) -> Result<Certificates> {
        self.program().certificates(self.home()).context("the server was started without TLS")
    }

    /// Makes the server show another certificate. It is restarted, so clients lose their connections.
    ///
    /// # Errors
    /// It was started without [`Mysql::tls`], or does not start again.
    pub fn show_certificate(&mut self, certificate: ServerCertificate) -> Result<()> {
        self.certificates()?;
        self.home().append(CONFIGURATION, &certificate_settings(self.folder(), certificate))?;
        self.restart()
    }
}

pub(super) fn url_by_socket(folder: &Path, user: &str, password: Option<&str>) -> String {
    let credentials = credentials(user, password);
    format!("mysql://{credentials}@localhost/{OWNER}?unix_socket={}/socket", folder.display())
}

fn credentials(user: &str, password: Option<&str>) -> String {
    password.map_or_else(|| user.to_owned(), |password| format!("{user}:{password}"))
}
