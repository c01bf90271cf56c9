use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use rustix::process::Signal;

use super::client::mysql_client;
use super::configuration::{setting, settings};
use super::product::MysqlProduct;
use super::server::{MysqlServer, url_by_socket};
use super::template::template;
use crate::certificates::{Certificates, ServerCertificate};
use crate::home::Home;
use crate::program::ServerProgram;
use crate::server::Server;

/// MariaDB or MySQL, and what a new server of it is to be like.
///
/// ```no_run
/// use sqlsession_test_servers::{Mysql, MysqlProduct};
///
/// let server = Mysql::new(MysqlProduct::Mariadb)
///     .tls()
///     .setting("max_connections", "20")
///     .statement("CREATE USER ada@'%' IDENTIFIED BY 'secret'")
///     .start()?;
/// println!("{}", server.url_as("ada", Some("secret")));
/// # anyhow::Ok(())
/// ```
#[derive(Debug, Clone)]
pub struct Mysql {
    product: MysqlProduct,
    tls: bool,
    settings: Vec<(String, String)>,
    statements: Vec<String>,
}

/// MariaDB without options.
pub static MARIADB: Mysql = Mysql::new(MysqlProduct::Mariadb);
/// MySQL without options.
pub static MYSQL: Mysql = Mysql::new(MysqlProduct::Mysql);

/// The test database and the owner's password.
pub(super) const OWNER: &str = "sqlsession";
/// The user that packages of it run it under.
pub(super) const USER: &str = "mysql";
pub(super) const CONFIGURATION: &str = "my.cnf";
const TLS_FOLDER: &str = "tls";

/// The version byte that begins the server's greeting. A server that refuses begins with 0xff.
const PROTOCOL: u8 = 10;

impl Mysql {
    /// A server of that product without options: by TCP every user needs its password, `root` by the Unix socket
    /// needs none. Clients may load local files (`local_infile`). MariaDB has its plugin for ed25519 loaded;
    /// the users of MySQL have caching_sha2_password.
    #[must_use]
    pub const fn new(product: MysqlProduct) -> Self {
        Self { product, tls: false, settings: Vec::new(), statements: Vec::new() }
    }

    /// Makes keys and certificates ([`MysqlServer::certificates`]) and lets clients use TLS.
    #[must_use]
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// Adds a variable with its value to `my.cnf`. The last one of a name counts.
    #[must_use]
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }

    /// Adds a statement that is run once as `root` in the database `sqlsession`. One that fails keeps the server
    /// from starting.
    #[must_use]
    pub fn statement(mut self, sql: impl Into<String>) -> Self {
        self.statements.push(sql.into());
        self
    }

    /// Starts it. It is stopped and removed when the guard is dropped.
    ///
    /// # Errors
    /// It is not installed, an option is wrong or it does not start.
    pub fn start(self) -> Result<MysqlServer> {
        Server::launch(self)
    }

    /// Whose server it is.
    #[must_use]
    pub fn product(&self) -> MysqlProduct {
        self.product
    }

    /// The certificates in the home of such a server, if it has any.
    pub(super) fn certificates(&self, home: &Home) -> Option<Certificates> {
        self.tls.then(|| Certificates::at(home.join(TLS_FOLDER)))
    }

    fn configuration(&self, folder: &Path) -> String {
        let mut text = settings(self.product, folder);
        if self.tls {
            let authority = Certificates::at(folder.join(TLS_FOLDER)).authority();
            text.push_str(&setting("ssl-ca", &authority.display().to_string()));
            text.push_str(&certificate_settings(folder, ServerCertificate::Valid));
        }
        text.extend(self.settings.iter().map(|(name, value)| setting(name, value)));
        text
    }
}

/// What makes a server in `folder` show that certificate.
pub(super) fn certificate_settings(folder: &Path, certificate: ServerCertificate) -> String {
    let file = |ending| folder.join(TLS_FOLDER).join(format!("{}.{ending}", certificate.stem()));
    let line = |name, ending| setting(name, &file(ending).display().to_string());
    line("ssl-cert", "crt") + &line("ssl-key", "key")
}

impl ServerProgram for Mysql {
    fn name(&self) -> &'static str {
        self.product.name()
    }

    fn user(&self) -> &'static str {
        USER
    }

    /// No release of Debian has MySQL.
    fn packages(&self) -> &'static [&'static str] {
        match self.product {
            MysqlProduct::Mariadb => &["mariadb-server"],
            MysqlProduct::Mysql => &[],
        }
    }

    fn is_installed(&self) -> bool {
        self.product.is_installed()
    }

    fn prepare(&self, home: &Home) -> Result<()> {
        template(self.product).copy_to(home)?;
        if self.tls {
            Certificates::make(home, TLS_FOLDER)?;
        }
        home.write(CONFIGURATION, &self.configuration(home.path())).map(|_| ())
    }

    fn command(&self, home: &Home, port: u16) -> Result<Command> {
        let mut command = self.product.command(home)?;
        command.arg(format!("--defaults-file={}", home.join(CONFIGURATION).display()));
        command.arg(format!("--port={port}"));
        Ok(command)
    }

    /// The file with the process tells this server from another that was faster to the port.
    fn is_ready(&self, home: &Home, port: u16, pid: u32) -> bool {
        let limit = Duration::from_secs(1);
        if !std::fs::read_to_string(home.join("pid")).is_ok_and(|text| text.trim() == pid.to_string()) {
            return false;
        }
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

    fn set_up(&self, home: &Home) -> Result<()> {
        let url = url_by_socket(home.path(), "root", None);
        self.statements.iter().try_for_each(|statement| mysql_client(&url, statement).map(|_| ()))
    }

    fn stop_signal(&self) -> Signal {
        Signal::TERM
    }

    fn url(&self, port: u16) -> String {
        format!("mysql://root:{OWNER}@127.0.0.1:{port}/{OWNER}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_setting_is_the_callers() {
        let text = MARIADB.clone().tls().setting("ssl-ca", "").configuration(Path::new("/tmp/a"));
        assert!(text.contains("\nssl-cert=\"/tmp/a/tls/server.crt\"\n"), "{text}");
        assert!(text.ends_with("\nssl-ca=\"\"\n"), "{text}");
    }
}
