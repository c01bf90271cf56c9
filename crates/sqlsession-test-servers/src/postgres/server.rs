use anyhow::{Result, bail};

use super::program::{CONFIGURATION, OWNER, POSTGRES, Postgres, TLS_FOLDER, certificate_settings};
use super::psql::psql;
use crate::certificates::{Certificates, ServerCertificate};
use crate::server::Server;

/// A private PostgreSQL server with the database, superuser and password `sqlsession`. It listens on
/// 127.0.0.1 and on the Unix socket in its folder.
pub type PostgresServer = Server<Postgres>;

impl PostgresServer {
    /// Starts a fresh one without options. It is stopped and removed when the guard is dropped.
    ///
    /// # Errors
    /// PostgreSQL is not installed or does not start.
    pub fn start() -> Result<Self> {
        POSTGRES.clone().start()
    }

    /// The URL of the test database by TCP, for a role and its password. Both stand in it as they are.
    #[must_use]
    pub fn url_as(&self, role: &str, password: Option<&str>) -> String {
        let password = password.map(|password| format!(":{password}")).unwrap_or_default();
        format!("postgresql://{role}{password}@127.0.0.1:{}/{OWNER}", self.port())
    }

    /// The URL of the test database by the Unix socket in the server's [folder](Server::folder).
    #[must_use]
    pub fn url_by_socket(&self, role: &str) -> String {
        format!("postgresql://{role}@/{OWNER}?host={}&port={}", self.folder().display(), self.port())
    }

    /// Runs statements as superuser in the test database and gives the rows, as [`psql`] does.
    ///
    /// # Errors
    /// The server does not run, or a statement fails.
    pub fn query(&self, sql: &str) -> Result<String> {
        psql(&self.url_by_socket(OWNER), sql)
    }

    /// The certificates that clients need.
    ///
    /// # Errors
    /// It was started without [`Postgres::tls`].
    pub fn certificates(&self) -> Result<Certificates> {
        if !self.program().has_tls() {
            bail!("the server was started without TLS");
        }
        Ok(Certificates::at(self.home().join(TLS_FOLDER)))
    }

    /// Makes the server show another certificate. It is restarted, so clients lose their connections.
    ///
    /// # Errors
    /// It was started without [`Postgres::tls`], or does not start again.
    pub fn show_certificate(&mut self, certificate: ServerCertificate) -> Result<()> {
        self.certificates()?;
        self.home().append(CONFIGURATION, &certificate_settings(certificate))?;
        self.restart()
    }
}
