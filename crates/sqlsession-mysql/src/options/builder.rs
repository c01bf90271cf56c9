use std::{path::PathBuf, time::Duration};

use sqlsession_core::driver::IsolationLevel;

use super::{MysqlOptions, SslMode};

/// What code says in place of the URL.
impl MysqlOptions {
    /// The server's name or address, and its port. Default: `localhost` and 3306.
    #[must_use]
    pub fn with_host(mut self, host: impl Into<String>, port: u16) -> Self {
        self.host = host.into();
        self.port = port;
        self
    }

    /// The server's Unix socket, in place of its host and port.
    #[must_use]
    pub fn with_unix_socket(mut self, path: impl Into<PathBuf>) -> Self {
        self.unix_socket = Some(path.into());
        self
    }

    /// The user.
    #[must_use]
    pub fn with_user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// The password. An empty one is none.
    #[must_use]
    pub fn with_password(mut self, password: impl Into<String>) -> Self {
        self.password = Some(password.into()).filter(|password| !password.is_empty());
        self
    }

    /// The database.
    #[must_use]
    pub fn with_database(mut self, database: impl Into<String>) -> Self {
        self.database = Some(database.into());
        self
    }

    /// How long connecting may take. Zero is without end. Default: 10 seconds.
    #[must_use]
    pub fn with_connect_timeout(mut self, connect_timeout: Duration) -> Self {
        self.connect_timeout = Some(connect_timeout).filter(|timeout| !timeout.is_zero());
        self
    }

    /// How long a statement may run, unless a session or a call says otherwise. Zero is without end, the default.
    #[must_use]
    pub fn with_command_timeout(mut self, command_timeout: Duration) -> Self {
        self.command_timeout = Some(command_timeout).filter(|timeout| !timeout.is_zero());
        self
    }

    /// The collation of `utf8mb4` that literals are compared by. Default: the one that the server has for it.
    #[must_use]
    pub fn with_collation(mut self, collation: impl Into<String>) -> Self {
        self.collation = Some(collation.into());
        self
    }

    /// SQL that every new connection runs first: behind its character set and collation, before its time zone, SQL mode
    /// and isolation level. Default: none.
    #[must_use]
    pub fn with_init_command(mut self, init_command: impl Into<String>) -> Self {
        self.init_command = Some(init_command.into());
        self
    }

    /// The time zone that `TIMESTAMP` is shown in, such as `+00:00`. Default: the server's.
    #[must_use]
    pub fn with_time_zone(mut self, time_zone: impl Into<String>) -> Self {
        self.time_zone = Some(time_zone.into());
        self
    }

    /// The server's `sql_mode`. Modes that change how text is read, `ANSI_QUOTES` and `NO_BACKSLASH_ESCAPES`, are not
    /// for use with named parameters. Default: the server's own.
    #[must_use]
    pub fn with_sql_mode(mut self, sql_mode: impl Into<String>) -> Self {
        self.sql_mode = Some(sql_mode.into());
        self
    }

    /// Whether connections are encrypted. Default: see [`ssl_mode`](Self::ssl_mode); never without the feature `tls`.
    #[must_use]
    pub fn with_ssl_mode(mut self, ssl_mode: SslMode) -> Self {
        self.ssl_mode = Some(ssl_mode);
        self
    }

    /// The file of the authorities that are trusted, in PEM. Default: those that browsers trust, for
    /// [`VerifyIdentity`](SslMode::VerifyIdentity) only.
    #[must_use]
    pub fn with_ssl_ca(mut self, file: impl Into<PathBuf>) -> Self {
        self.ssl_ca = Some(file.into());
        self
    }

    /// The files of the client's own certificate and its key, in PEM. Default: none.
    #[must_use]
    pub fn with_ssl_cert(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.ssl_cert = Some(certificate.into());
        self.ssl_key = Some(key.into());
        self
    }

    /// Prepared statements a connection keeps. With 0, each is prepared, run and closed. Default: 100.
    #[must_use]
    pub fn with_statement_cache_size(mut self, statement_cache_size: usize) -> Self {
        self.statement_cache_size = statement_cache_size;
        self
    }

    /// Whether `bulk_insert` may send rows by LOAD DATA LOCAL. Default: not.
    ///
    /// No file is ever read: a server that asks for one, in answer to whatever statement, gets nothing.
    #[must_use]
    pub fn with_local_infile(mut self, local_infile: bool) -> Self {
        self.local_infile = local_infile;
        self
    }

    /// The isolation level of the engine's connections. Default: the server's.
    #[must_use]
    pub fn with_isolation_level(mut self, isolation_level: IsolationLevel) -> Self {
        self.isolation_level = Some(isolation_level);
        self
    }
}
