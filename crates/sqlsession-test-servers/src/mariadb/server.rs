use std::path::PathBuf;

use anyhow::{Result, bail};

use super::client::mariadb;
use super::program::{CONFIGURATION, MARIADB, Mariadb, OWNER, TLS_FOLDER, certificate_settings};
use crate::certificates::{Certificates, ServerCertificate};
use crate::server::Server;

/// A private MariaDB server with the database `sqlsession`. By TCP its user is `root` with the password
/// `sqlsession`; by the Unix socket in its folder `root` needs no password.
pub type MariadbServer = Server<Mariadb>;

impl MariadbServer {
    /// Starts a fresh one without options. It is stopped and removed when the guard is dropped.
    ///
    /// # Errors
    /// MariaDB is not installed or does not start.
    pub fn start() -> Result<Self> {
        MARIADB.clone().start()
    }

    /// The URL of the test database by TCP, for a user and its password. Both stand in it as they are.
    #[must_use]
    pub fn url_as(&self, user: &str, password: Option<&str>) -> String {
        let password = password.map(|password| format!(":{password}")).unwrap_or_default();
        format!("mysql://{user}{password}@127.0.0.1:{}/{OWNER}", self.port())
    }

    /// Its Unix socket.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.home().join("socket")
    }

    /// Runs statements as superuser in the test database and gives the rows, as [`mariadb`] does.
    ///
    /// # Errors
    /// The server does not run, or a statement fails.
    pub fn query(&self, sql: &str) -> Result<String> {
        mariadb(&self.url(), sql)
    }

    /// The certificates that clients need.
    ///
    /// # Errors
    /// It was started without [`Mariadb::tls`].
    pub fn certificates(&self) -> Result<Certificates> {
        if !self.program().has_tls() {
            bail!("the server was started without TLS");
        }
        Ok(Certificates::at(self.home().join(TLS_FOLDER)))
    }

    /// Makes the server show another certificate. It is restarted, so clients lose their connections.
    ///
    /// # Errors
    /// It was started without [`Mariadb::tls`], or does not start again.
    pub fn show_certificate(&mut self, certificate: ServerCertificate) -> Result<()> {
        self.certificates()?;
        self.home().append(CONFIGURATION, &certificate_settings(self.home(), certificate))?;
        self.restart()
    }
}
