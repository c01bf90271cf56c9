use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use rustix::process::Signal;

use super::PostgresServer;
use super::configuration::{ACCESS_FIRST, ACCESS_LAST, SETTINGS, setting};
use super::template::TEMPLATE;
use crate::certificates::{Certificates, ServerCertificate};
use crate::home::Home;
use crate::program::ServerProgram;
use crate::programs::{find, versions};
use crate::server::Server;

/// PostgreSQL of this machine, the newest of `/usr/lib/postgresql/*/bin`, else the one in `PATH`, and what a
/// new server of it is to be like.
///
/// ```no_run
/// use sqlsession_test_servers::Postgres;
///
/// let server = Postgres::new()
///     .tls()
///     .access("hostssl all ada 127.0.0.1/32 scram-sha-256")
///     .setting("max_connections", "20")
///     .statement("CREATE ROLE ada LOGIN PASSWORD 'secret'")
///     .start()?;
/// println!("{}", server.url_as("ada", Some("secret")));
/// # anyhow::Ok(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Postgres {
    tls: bool,
    access: Vec<String>,
    settings: Vec<(String, String)>,
    statements: Vec<String>,
    locales: Vec<String>,
    primary: Option<Primary>,
}

/// Where a standby finds the server that it copies.
#[derive(Debug, Clone)]
pub(super) struct Primary {
    pub(super) socket_folder: PathBuf,
    pub(super) port: u16,
}

/// A server without options.
pub static POSTGRES: Postgres = Postgres::new();

/// The superuser, its password and its database.
pub(super) const OWNER: &str = "sqlsession";
/// The user that packages of it run it under.
pub(super) const USER: &str = "postgres";
/// The folder of keys and certificates. It lies in the data, so that a standby gets it.
pub(super) const TLS_FOLDER: &str = "data/tls";
pub(super) const CONFIGURATION: &str = "data/postgresql.conf";
const LOCALES: &str = "locales";

pub(super) fn program(name: &str) -> Result<PathBuf> {
    let folders = versions(Path::new("/usr/lib/postgresql"), "bin");
    find(name, &folders).with_context(|| format!("the PostgreSQL program {name} is not installed"))
}

impl Postgres {
    /// A server without options: by TCP every user needs a password (SCRAM), the Unix socket needs none.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            tls: false,
            access: Vec::new(),
            settings: Vec::new(),
            statements: Vec::new(),
            locales: Vec::new(),
            primary: None,
        }
    }

    /// Makes keys and certificates ([`PostgresServer::certificates`]) and lets clients use TLS.
    #[must_use]
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// Adds a line of `pg_hba.conf`. The lines come in the order of the calls, before those that every server
    /// has; only the superuser by the Unix socket goes before them.
    #[must_use]
    pub fn access(mut self, line: impl Into<String>) -> Self {
        self.access.push(line.into());
        self
    }

    /// Adds a parameter to `postgresql.conf`. The last one of a name counts.
    #[must_use]
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }

    /// Adds a statement that is run once as superuser in the database `sqlsession`, before the server starts.
    /// One that fails keeps the server from starting.
    #[must_use]
    pub fn statement(mut self, sql: impl Into<String>) -> Self {
        self.statements.push(sql.into());
        self
    }

    /// Compiles a locale for this server alone, of the sources that PostgreSQL's package brings along: `de_DE` is then
    /// known as `de_DE.UTF-8`, for settings such as `lc_monetary`.
    #[must_use]
    pub fn locale(mut self, name: impl Into<String>) -> Self {
        self.locales.push(name.into());
        self
    }

    /// Starts it. It is stopped and removed when the guard is dropped.
    ///
    /// # Errors
    /// PostgreSQL is not installed, an option is wrong or the server does not start.
    pub fn start(self) -> Result<PostgresServer> {
        Server::launch(self)
    }

    pub(super) fn has_tls(&self) -> bool {
        self.tls
    }

    /// The same, as a standby of that server.
    pub(super) fn standby_of(&self, primary: Primary) -> Self {
        Self { primary: Some(primary), ..self.clone() }
    }

    fn prepare_fresh(&self, home: &Home) -> Result<()> {
        TEMPLATE.copy_to(home)?;
        if self.tls {
            Certificates::make(home, TLS_FOLDER)?;
        }
        if !self.locales.is_empty() {
            home.make_folder(LOCALES)?;
        }
        for name in &self.locales {
            make_locale(home, name)?;
        }
        home.append(CONFIGURATION, &self.configuration())?;
        home.write("data/pg_hba.conf", &self.access_file())?;
        if self.statements.is_empty() {
            return Ok(());
        }
        run_statements(home, OWNER, &self.statements)
    }

    fn prepare_standby(home: &Home, primary: &Primary) -> Result<()> {
        let mut backup = home.command(&program("pg_basebackup")?)?;
        backup.arg("-D").arg(home.join("data")).arg("-h").arg(&primary.socket_folder);
        backup.args(["-p", &primary.port.to_string(), "-U", OWNER]);
        backup.args(["--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync"]);
        home.run(&mut backup, None)
    }

    fn configuration(&self) -> String {
        let mut text = SETTINGS.to_owned();
        if self.tls {
            text.push_str(&setting("ssl", "on"));
            text.push_str(&setting("ssl_ca_file", "tls/authority.crt"));
            text.push_str(&certificate_settings(ServerCertificate::Valid));
        }
        text.extend(self.settings.iter().map(|(name, value)| setting(name, value)));
        text
    }

    fn access_file(&self) -> String {
        let own = self.access.join("\n");
        format!("{ACCESS_FIRST}{own}\n{ACCESS_LAST}")
    }
}

/// The parameters that make a server show a certificate, relative to its data.
pub(super) fn certificate_settings(certificate: ServerCertificate) -> String {
    let stem = certificate.stem();
    setting("ssl_cert_file", &format!("tls/{stem}.crt"))
        + &setting("ssl_key_file", &format!("tls/{stem}.key"))
}

fn make_locale(home: &Home, name: &str) -> Result<()> {
    let mut compile = home.command(&find("localedef", &[]).context("there is no program localedef")?)?;
    compile.args(["-i", name, "-f", "UTF-8"]).arg(home.join(LOCALES).join(format!("{name}.UTF-8")));
    home.run(&mut compile, None)
}

/// The server's program, with the locales that were made for it.
fn server_command(home: &Home) -> Result<Command> {
    let mut command = home.command(&program("postgres")?)?;
    let locales = home.join(LOCALES);
    if locales.is_dir() {
        command.env("LOCPATH", locales);
    }
    Ok(command)
}

/// Single-user mode needs neither a running server nor a client program. With `-j` a statement ends at a
/// semicolon and an empty line, and may have several lines.
pub(super) fn run_statements(home: &Home, database: &str, statements: &[String]) -> Result<()> {
    let text: String = statements.iter().map(|sql| format!("{sql};\n\n")).collect();
    let input = home.write("statements.sql", &text)?;
    let mut single = server_command(home)?;
    single
        .args(["--single", "-j", "-c", "exit_on_error=on", "-c", "fsync=off", "-D"])
        .arg(home.join("data"))
        .arg(database);
    home.run(&mut single, Some(&input))
}

impl ServerProgram for Postgres {
    fn name(&self) -> &'static str {
        "PostgreSQL"
    }

    fn user(&self) -> &'static str {
        USER
    }

    fn packages(&self) -> &'static [&'static str] {
        &["postgresql"]
    }

    fn is_installed(&self) -> bool {
        ["initdb", "postgres", "pg_basebackup", "pg_ctl", "psql"].iter().all(|name| program(name).is_ok())
    }

    fn prepare(&self, home: &Home) -> Result<()> {
        match &self.primary {
            None => self.prepare_fresh(home),
            Some(primary) => Self::prepare_standby(home, primary),
        }
    }

    fn command(&self, home: &Home, port: u16) -> Result<Command> {
        let mut command = server_command(home)?;
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
        format!("postgresql://{OWNER}:{OWNER}@127.0.0.1:{port}/{OWNER}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_lines_go_between_the_superuser_and_the_rest() {
        let text =
            Postgres::new().access("local all ada reject").access("host all ada all md5").access_file();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[..2], ["local all sqlsession trust", "local replication sqlsession trust"]);
        assert_eq!(lines[2..4], ["local all ada reject", "host all ada all md5"]);
        assert_eq!(lines[4], "local all all trust");
    }

    #[test]
    fn the_last_setting_is_the_callers() {
        let text = Postgres::new().tls().setting("ssl_ca_file", "").configuration();
        assert!(text.contains("\nssl_cert_file = 'tls/server.crt'\n"), "{text}");
        assert!(text.ends_with("\nssl_ca_file = ''\n"), "{text}");
    }
}
