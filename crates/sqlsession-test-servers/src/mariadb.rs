use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::Signal;

use crate::home::Home;
use crate::program::ServerProgram;
use crate::programs::find;
use crate::server::Server;

/// MariaDB of this machine.
#[derive(Debug, Clone, Copy)]
pub struct Mariadb;

/// The one value of its type.
pub static MARIADB: Mariadb = Mariadb;

/// A private MariaDB server with the database `sqlsession`. By TCP its user is `root` with the password
/// `sqlsession`; by the Unix socket in its folder `root` needs no password.
pub type MariadbServer = Server<Mariadb>;

impl MariadbServer {
    /// Starts a fresh one. It is stopped and removed when the guard is dropped.
    ///
    /// # Errors
    /// MariaDB is not installed or does not start.
    pub fn start() -> Result<Self> {
        Self::launch(Mariadb)
    }
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

fn program(name: &str) -> Result<PathBuf> {
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

        let folder = home.path().display();
        let places =
            format!("[mariadbd]\ndatadir={folder}/data\nsocket={folder}/socket\npid-file={folder}/pid\n");
        home.write("my.cnf", &format!("{places}{SETTINGS}"))?;
        let statements = home.write("setup.sql", SETUP)?;
        let mut bootstrap = self.server(home)?;
        bootstrap.arg("--bootstrap");
        home.run(&mut bootstrap, Some(&statements))
    }

    fn command(&self, home: &Home, port: u16) -> Result<Command> {
        let mut command = self.server(home)?;
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
        format!("mysql://root:sqlsession@127.0.0.1:{port}/sqlsession")
    }
}

impl Mariadb {
    fn server(self, home: &Home) -> Result<Command> {
        let mut command = home.command(&program("mariadbd")?)?;
        command.arg(format!("--defaults-file={}", home.join("my.cnf").display()));
        Ok(command)
    }
}
