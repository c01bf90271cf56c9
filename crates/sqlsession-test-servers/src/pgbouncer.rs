use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use rustix::process::Signal;

use crate::home::Home;
use crate::postgres::{PostgresServer, psql};
use crate::program::ServerProgram;
use crate::programs::find;
use crate::server::Server;

/// The variable that names another program than the `pgbouncer` of this machine.
const VARIABLE: &str = "SQLSESSION_PGBOUNCER";
/// The user, password and database of a [`PostgresServer`].
const OWNER: &str = "sqlsession";

/// PgBouncer of this machine, or the program that `SQLSESSION_PGBOUNCER` names, and what a new one is to be like.
///
/// ```no_run
/// use sqlsession_test_servers::{PgBouncer, PostgresServer};
///
/// let server = PostgresServer::start()?;
/// let bouncer = PgBouncer::in_front_of(&server).setting("default_pool_size", "2").start()?;
/// println!("{}", bouncer.url());
/// # anyhow::Ok(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct PgBouncer {
    server_port: u16,
    users: Vec<(String, String)>,
    settings: Vec<(String, String)>,
}

/// Only for asking whether it is installed: it is in front of no server.
pub static PGBOUNCER: PgBouncer = PgBouncer { server_port: 0, users: Vec::new(), settings: Vec::new() };

/// A PgBouncer in transaction mode. Its [URL](Server::url) is that of the test database of the server behind it.
pub type PgBouncerServer = Server<PgBouncer>;

impl PgBouncer {
    /// One in front of that server, in transaction mode, with the user `sqlsession` and otherwise with PgBouncer's
    /// own defaults. Where the version has it, `max_prepared_statements` is 100.
    #[must_use]
    pub fn in_front_of(server: &PostgresServer) -> Self {
        Self { server_port: server.port(), ..PGBOUNCER.clone() }.user(OWNER, OWNER)
    }

    /// Lets another role of the server in, by its password.
    #[must_use]
    pub fn user(mut self, name: impl Into<String>, password: impl Into<String>) -> Self {
        self.users.push((name.into(), password.into()));
        self
    }

    /// Adds a parameter to the section `pgbouncer` of its file. The last one of a name counts.
    #[must_use]
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }

    /// Starts it. It is stopped and removed when the guard is dropped.
    ///
    /// # Errors
    /// It is not installed or does not start.
    pub fn start(self) -> Result<PgBouncerServer> {
        Server::launch(self)
    }

    /// Whether the installed version knows prepared statements of clients in transaction mode, as 1.21 and later do.
    ///
    /// # Errors
    /// It is not installed, or does not say its version.
    pub fn tracks_prepared_statements() -> Result<bool> {
        Ok(version()? >= (1, 21))
    }

    fn configuration(&self, port: u16, tracks: bool) -> String {
        let mut text = format!(
            "[databases]\n\
            * = host=127.0.0.1 port={}\n\
            [pgbouncer]\n\
            pool_mode = transaction\n\
            listen_addr = 127.0.0.1\n\
            listen_port = {port}\n\
            unix_socket_dir =\n\
            auth_type = scram-sha-256\n\
            auth_file = users\n\
            admin_users = {OWNER}\n\
            log_connections = 0\n\
            log_disconnections = 0\n",
            self.server_port
        );
        if tracks {
            text.push_str("max_prepared_statements = 100\n");
        }
        text.extend(self.settings.iter().map(|(name, value)| format!("{name} = {value}\n")));
        text
    }

    fn users_file(&self) -> String {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        self.users.iter().map(|(name, password)| format!("{} {}\n", quoted(name), quoted(password))).collect()
    }
}

impl PgBouncerServer {
    /// Runs a command of the admin console, such as `SHOW POOLS`, and gives the rows, as [`psql`] does.
    ///
    /// # Errors
    /// It does not run, or refuses the command.
    pub fn admin(&self, command: &str) -> Result<String> {
        psql(&format!("postgresql://{OWNER}:{OWNER}@127.0.0.1:{}/pgbouncer", self.port()), command)
    }
}

fn program() -> Result<PathBuf> {
    match std::env::var_os(VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from) {
        Some(path) if path.is_file() => Ok(path),
        Some(path) => bail!("{VARIABLE} names {}, which is no program", path.display()),
        None => find("pgbouncer", &[]).context("the program pgbouncer is not installed"),
    }
}

fn version() -> Result<(u32, u32)> {
    let output = Command::new(program()?).arg("--version").output().context("run pgbouncer --version")?;
    let text = String::from_utf8_lossy(&output.stdout);
    parse_version(&text).with_context(|| format!("no version in {text:?}"))
}

/// Reads `PgBouncer 1.18.0` and what follows.
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.strip_prefix("PgBouncer ")?.split_whitespace().next()?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

impl ServerProgram for PgBouncer {
    fn name(&self) -> &'static str {
        "PgBouncer"
    }

    fn user(&self) -> &'static str {
        "postgres"
    }

    fn packages(&self) -> &'static [&'static str] {
        &["pgbouncer"]
    }

    fn is_installed(&self) -> bool {
        program().is_ok()
    }

    fn prepare(&self, home: &Home) -> Result<()> {
        home.write("users", &self.users_file()).map(|_| ())
    }

    fn command(&self, home: &Home, port: u16) -> Result<Command> {
        let text = self.configuration(port, Self::tracks_prepared_statements()?);
        let file = home.write("pgbouncer.ini", &text)?;
        let mut command = home.command(&program()?)?;
        command.arg(file);
        Ok(command)
    }

    /// The port alone does not tell it from another program that was faster.
    fn is_ready(&self, home: &Home, port: u16, pid: u32) -> bool {
        let line = format!("[{pid}] LOG listening on 127.0.0.1:{port}");
        std::fs::read(home.log_path())
            .is_ok_and(|log| String::from_utf8_lossy(&log).lines().any(|read| read.ends_with(&line)))
    }

    /// It has nothing to save, and which other signal does not wait for the clients depends on its version.
    fn stop_signal(&self) -> Signal {
        Signal::KILL
    }

    fn url(&self, port: u16) -> String {
        format!("postgresql://{OWNER}:{OWNER}@127.0.0.1:{port}/{OWNER}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        assert_eq!(parse_version("PgBouncer 1.18.0\nlibevent 2.1.12-stable\n"), Some((1, 18)));
        assert_eq!(parse_version("PgBouncer 1.24.1"), Some((1, 24)));
        assert_eq!(parse_version("pgbouncer version 1.5"), None);
    }

    #[test]
    fn its_files_have_what_was_asked_for() {
        let bouncer = PgBouncer { server_port: 20_001, ..PgBouncer::default() }
            .user("a\"b", "c d")
            .setting("default_pool_size", "2");
        assert_eq!(bouncer.users_file(), "\"a\"\"b\" \"c d\"\n");
        let text = bouncer.configuration(20_002, false);
        assert!(text.contains("\n* = host=127.0.0.1 port=20001\n"), "{text}");
        assert!(text.contains("\nlisten_port = 20002\n"), "{text}");
        assert!(text.ends_with("\ndefault_pool_size = 2\n"), "{text}");
        assert!(!text.contains("max_prepared_statements"), "{text}");
        assert!(bouncer.configuration(20_002, true).contains("\nmax_prepared_statements = 100\n"));
    }
}
