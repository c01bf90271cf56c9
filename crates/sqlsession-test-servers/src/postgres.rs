use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use rustix::process::Signal;

use crate::home::Home;
use crate::program::ServerProgram;
use crate::programs::{find, versions};
use crate::server::Server;

/// PostgreSQL of this machine, the newest of `/usr/lib/postgresql/*/bin`, else the one in `PATH`.
#[derive(Debug, Clone, Copy)]
pub struct Postgres;

/// The one value of its type.
pub static POSTGRES: Postgres = Postgres;

/// A private PostgreSQL server with the database, superuser and password `sqlsession`. Connections by
/// TCP need the password (SCRAM); the Unix socket in its folder needs none.
pub type PostgresServer = Server<Postgres>;

impl PostgresServer {
    /// Starts a fresh one. It is stopped and removed when the guard is dropped.
    ///
    /// # Errors
    /// PostgreSQL is not installed or does not start.
    pub fn start() -> Result<Self> {
        Self::launch(&POSTGRES)
    }
}

/// Fast rather than durable: the data lives no longer than the server.
const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
fsync = off
synchronous_commit = off
max_connections = 100
shared_buffers = 32MB
autovacuum = off
jit = off
";

fn program(name: &str) -> Result<PathBuf> {
    let folders = versions(Path::new("/usr/lib/postgresql"), "bin");
    find(name, &folders).with_context(|| format!("the PostgreSQL program {name} is not installed"))
}

impl ServerProgram for Postgres {
    fn name(&self) -> &'static str {
        "PostgreSQL"
    }

    fn user(&self) -> &'static str {
        "postgres"
    }

    fn packages(&self) -> &'static [&'static str] {
        &["postgresql"]
    }

    fn is_installed(&self) -> bool {
        program("initdb").is_ok() && program("postgres").is_ok()
    }

    fn prepare(&self, home: &Home) -> Result<()> {
        let data = home.join("data");
        let password = home.write("password", "sqlsession\n")?;
        let mut initdb = home.command(&program("initdb")?)?;
        initdb.arg("-D").arg(&data).arg("--pwfile").arg(password);
        initdb.args(["-U", "sqlsession", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]);
        initdb.args(["--auth-local=trust", "--auth-host=scram-sha-256"]);
        home.run(&mut initdb, None)?;

        let configuration = data.join("postgresql.conf");
        let mut text = std::fs::read_to_string(&configuration).context("read postgresql.conf")?;
        text.push_str(SETTINGS);
        home.write("data/postgresql.conf", &text)?;

        // Single-user mode makes the database without a client program.
        let statements = home.write("create.sql", "CREATE DATABASE sqlsession\n")?;
        let mut single = home.command(&program("postgres")?)?;
        single.arg("--single").arg("-D").arg(&data).arg("postgres");
        home.run(&mut single, Some(&statements))
    }

    fn command(&self, home: &Home, port: u16) -> Result<Command> {
        let mut command = home.command(&program("postgres")?)?;
        command.arg("-D").arg(home.join("data")).arg("-k").arg(home.path());
        command.args(["-p", &port.to_string()]);
        Ok(command)
    }

    /// Line 1 of the lock file is the server's process, so that a file left by a killed one is told apart;
    /// line 8 is its state.
    fn is_ready(&self, home: &Home, _port: u16, pid: u32) -> bool {
        let Ok(text) = std::fs::read_to_string(home.join("data/postmaster.pid")) else { return false };
        let mut lines = text.lines().map(str::trim);
        lines.next() == Some(pid.to_string().as_str()) && lines.nth(6) == Some("ready")
    }

    fn stop_signal(&self) -> Signal {
        Signal::INT
    }

    fn url(&self, port: u16) -> String {
        format!("postgresql://sqlsession:sqlsession@127.0.0.1:{port}/sqlsession")
    }
}
