use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::Signal;

use super::MariadbServer;
use crate::certificates::{Certificates, ServerCertificate};
use crate::home::Home;
use crate::program::ServerProgram;
use crate::programs::find;
use crate::server::Server;

/// MariaDB of this machine, and what a new server of it is to be like.
///
/// ```no_run
/// use sqlsession_test_servers::Mariadb;
///
/// let server = Mariadb::new()
///     .tls()
///     .setting("max_connections", "20")
///     .statement("CREATE USER ada@'127.0.0.1' IDENTIFIED BY 'secret'")
///     .start()?;
/// println!("{}", server.url_as("ada", Some("secret")));
/// # anyhow::Ok(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Mariadb {
    tls: bool,
    settings: Vec<(String, String)>,
    statements: Vec<String>,
}

/// A server without options.
pub static MARIADB: Mariadb = Mariadb::new();

/// The superuser's password, and the database.
pub(super) const OWNER: &str = "sqlsession";
/// The folder of keys and certificates.
pub(super) const TLS_FOLDER: &str = "tls";
pub(super) const CONFIGURATION: &str = "my.cnf";

impl Mariadb {
    /// A server without options.
    #[must_use]
    pub const fn new() -> Self {
        Self { tls: false, settings: Vec::new(), statements: Vec::new() }
    }

    /// Makes keys and certificates ([`MariadbServer::certificates`]) and lets clients use TLS.
    #[must_use]
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// Adds an option of the server, as in its `my.cnf`. The last one of a name counts.
    #[must_use]
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }

    /// Adds a statement of one line that is run once as superuser, before the server starts.
    /// One that fails keeps the server from starting.
    #[must_use]
    pub fn statement(mut self, sql: impl Into<String>) -> Self {
        self.statements.push(sql.into());
        self
    }

    /// Starts it. It is stopped and removed when the guard is dropped.
    ///
    /// # Errors
    /// MariaDB is not installed, an option is wrong or the server does not start.
    pub fn start(self) -> Result<MariadbServer> {
        Server::launch(self)
    }

    pub(super) fn has_tls(&self) -> bool {
        self.tls
    }

    fn configuration(&self, home: &Home) -> String {
        let folder = home.path().display();
        let mut text =
            format!("[mariadbd]\ndatadir={folder}/data\nsocket={folder}/socket\npid-file={folder}/pid\n");
        text.push_str(SETTINGS);
        if self.tls {
            text.push_str(&format!("ssl-ca={folder}/{TLS_FOLDER}/authority.crt\n"));
            text.push_str(&certificate_settings(home, ServerCertificate::Valid));
        }
        text.extend(self.settings.iter().map(|(name, value)| format!("{name}={value}\n")));
        text
    }

    fn server(home: &Home) -> Result<Command> {
        let mut command = home.command(&program("mariadbd")?)?;
        command.arg(format!("--defaults-file={}", home.join(CONFIGURATION).display()));
        Ok(command)
    }
}

/// The options that make a server show a certificate.
pub(super) fn certificate_settings(home: &Home, certificate: ServerCertificate) -> String {
    let (folder, stem) = (home.join(TLS_FOLDER), certificate.stem());
    let folder = folder.display();
    format!("ssl-cert={folder}/{stem}.crt\nssl-key={folder}/{stem}.key\n")
}

/// Fast rather than durable: the data lives no longer than the server.
const SETTINGS: &str = "\
bind-address=127.0.0.1
skip-name-resolve
skip-log-bin
innodb_buffer_pool_size=64M
innodb_log_file_size=16M
innodb_flush_log_at_trx_commit=0
innodb_doublewrite=0
innodb_flush_method=nosync
character-set-server=utf8mb4
";

/// One statement per line: the bootstrap mode reads no other form.
const SETUP: &str = "\
FLUSH PRIVILEGES;
CREATE DATABASE sqlsession;
CREATE OR REPLACE USER root@'127.0.0.1' IDENTIFIED BY 'sqlsession';
GRANT ALL PRIVILEGES ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;
";

/// The version byte that begins the server's greeting. A server that refuses begins with 0xff.
const PROTOCOL: u8 = 10;

pub(super) fn program(name: &str) -> Result<PathBuf> {
    find(name, &[]).with_context(|| format!("the MariaDB program {name} is not installed"))
}

impl ServerProgram for Mariadb {
    fn name(&self) -> &'static str {
        "MariaDB"
    }

    fn user(&self) -> &'static str {
        "mysql"
    }

    fn packages(&self) -> &'static [&'static str] {
        &["mariadb-server"]
    }

    fn is_installed(&self) -> bool {
        program("mariadb-install-db").is_ok() && program("mariadbd").is_ok()
    }

    fn prepare(&self, home: &Home) -> Result<()> {
        let data = home.join("data");
        let mut install = home.command(&program("mariadb-install-db")?)?;
        install.arg("--no-defaults").arg(format!("--datadir={}", data.display()));
        install.args(["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]);
        install.arg("--innodb-log-file-size=16M");
        home.run(&mut install, None)?;

        if self.tls {
            Certificates::make(home, TLS_FOLDER)?;
        }
        home.write(CONFIGURATION, &self.configuration(home))?;
        let own: String = self.statements.iter().map(|sql| format!("{sql};\n")).collect();
        let statements = home.write("setup.sql", &format!("{SETUP}{own}"))?;
        let mut bootstrap = Self::server(home)?;
        bootstrap.arg("--bootstrap");
        home.run(&mut bootstrap, Some(&statements))
    }

    fn command(&self, home: &Home, port: u16) -> Result<Command> {
        let mut command = Self::server(home)?;
        command.arg(format!("--port={port}"));
        Ok(command)
    }

    fn is_ready(&self, _home: &Home, port: u16, _pid: u32) -> bool {
        let limit = Duration::from_secs(1);
        let Ok(mut stream) =
            TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), limit)
        else {
            return false;
        };
        // A packet is its length in three bytes, a number, and what it says.
        let mut packet = [0_u8; 5];
        stream.set_read_timeout(Some(limit)).is_ok()
            && stream.read_exact(&mut packet).is_ok()
            && packet[4] == PROTOCOL
    }

    fn stop_signal(&self) -> Signal {
        Signal::TERM
    }

    fn url(&self, port: u16) -> String {
        format!("mysql://root:{OWNER}@127.0.0.1:{port}/{OWNER}")
    }
}
