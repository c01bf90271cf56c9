use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use sqlsession_core::driver::IsolationLevel;

use super::SslMode;

/// Where the server is, who connects, and how the connection is used.
///
/// Made [of a URL](Self::from_url) or by code. The [crate's page](crate#urls) lists the options.
///
/// ```
/// use std::time::Duration;
/// use sqlsession_mysql::{MysqlOptions, SslMode};
///
/// let options = MysqlOptions::new()
///     .with_host("db.local", 3306)
///     .with_user("app")
///     .with_database("shop")
///     .with_ssl_mode(SslMode::Disabled)
///     .with_connect_timeout(Duration::from_secs(3));
/// assert_eq!(options.connect_timeout(), Some(Duration::from_secs(3)));
/// ```
#[derive(Clone)]
pub struct MysqlOptions {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) unix_socket: Option<PathBuf>,
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    pub(super) database: Option<String>,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) command_timeout: Option<Duration>,
    pub(super) charset: String,
    pub(super) collation: Option<String>,
    pub(super) init_command: Option<String>,
    pub(super) time_zone: Option<String>,
    pub(super) sql_mode: Option<String>,
    pub(super) ssl_mode: Option<SslMode>,
    pub(super) ssl_ca: Option<PathBuf>,
    pub(super) ssl_cert: Option<PathBuf>,
    pub(super) ssl_key: Option<PathBuf>,
    pub(super) statement_cache_size: usize,
    pub(super) isolation_level: Option<IsolationLevel>,
    pub(super) local_infile: bool,
}

impl Default for MysqlOptions {
    fn default() -> Self {
        Self {
            host: "localhost".to_owned(),
            port: Self::PORT,
            unix_socket: None,
            user: None,
            password: None,
            database: None,
            connect_timeout: Some(Self::CONNECT_TIMEOUT),
            command_timeout: None,
            charset: Self::CHARSET.to_owned(),
            collation: None,
            init_command: None,
            time_zone: None,
            sql_mode: None,
            ssl_mode: None,
            ssl_ca: None,
            ssl_cert: None,
            ssl_key: None,
            statement_cache_size: Self::STATEMENT_CACHE_SIZE,
            isolation_level: None,
            local_infile: false,
        }
    }
}

impl MysqlOptions {
    /// The port where nothing else is said.
    pub(super) const PORT: u16 = 3306;

    /// The character set where nothing else is said: the one that holds all of Unicode.
    pub(super) const CHARSET: &'static str = "utf8mb4";

    /// How long connecting may take where nothing else is said: that of PyMySQL.
    const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

    /// Prepared statements a connection keeps where nothing else is said.
    const STATEMENT_CACHE_SIZE: usize = 100;

    /// A server on this machine, and the defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The server's name or address.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The server's port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The server's Unix socket, which comes before its host and port.
    #[must_use]
    pub fn unix_socket(&self) -> Option<&Path> {
        self.unix_socket.as_deref()
    }

    /// The user. Default: the anonymous one.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// The password, if there is one.
    #[must_use]
    pub fn password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    /// The database that names without one are looked for in.
    #[must_use]
    pub fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    /// How long connecting may take; `None` is without end.
    #[must_use]
    pub fn connect_timeout(&self) -> Option<Duration> {
        self.connect_timeout
    }

    /// How long a statement may run, unless a session or a call says otherwise; `None` is without end.
    #[must_use]
    pub fn command_timeout(&self) -> Option<Duration> {
        self.command_timeout
    }

    /// The character set that text travels in.
    #[must_use]
    pub fn charset(&self) -> &str {
        &self.charset
    }

    /// The collation that literals are compared by; `None` is the character set's default.
    #[must_use]
    pub fn collation(&self) -> Option<&str> {
        self.collation.as_deref()
    }

    /// SQL that every new connection runs first.
    #[must_use]
    pub fn init_command(&self) -> Option<&str> {
        self.init_command.as_deref()
    }

    /// The time zone that `TIMESTAMP` is shown in; `None` is the server's.
    #[must_use]
    pub fn time_zone(&self) -> Option<&str> {
        self.time_zone.as_deref()
    }

    /// The server's `sql_mode`; `None` is the server's own.
    #[must_use]
    pub fn sql_mode(&self) -> Option<&str> {
        self.sql_mode.as_deref()
    }

    /// Whether connections are encrypted. Default: as [`Preferred`](SslMode::Preferred), or as
    /// [`VerifyCa`](SslMode::VerifyCa) where there is a file of authorities, as MySQL's own client does it.
    #[must_use]
    pub fn ssl_mode(&self) -> SslMode {
        match self.ssl_mode {
            Some(mode) => mode,
            None if self.ssl_ca.is_some() => SslMode::VerifyCa,
            None => SslMode::Preferred,
        }
    }

    /// The file of the authorities that are trusted.
    #[must_use]
    pub fn ssl_ca(&self) -> Option<&Path> {
        self.ssl_ca.as_deref()
    }

    /// Prepared statements a connection keeps.
    #[must_use]
    pub fn statement_cache_size(&self) -> usize {
        self.statement_cache_size
    }

    /// The isolation level of the engine's connections; `None` is the server's default.
    #[must_use]
    pub fn isolation_level(&self) -> Option<IsolationLevel> {
        self.isolation_level
    }

    /// Whether `bulk_insert` may send rows by LOAD DATA LOCAL.
    #[must_use]
    pub fn local_infile(&self) -> bool {
        self.local_infile
    }

    /// Where the server is, as messages name it.
    pub(crate) fn place(&self) -> String {
        match &self.unix_socket {
            Some(path) => path.display().to_string(),
            None => format!("{}:{}", self.host, self.port),
        }
    }

    /// The files of the client's own certificate and its key.
    #[cfg(feature = "tls")]
    pub(crate) fn identity(&self) -> Option<(&Path, &Path)> {
        self.ssl_cert.as_deref().zip(self.ssl_key.as_deref())
    }
}

impl fmt::Debug for MysqlOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MysqlOptions")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("unix_socket", &self.unix_socket)
            .field("user", &self.user)
            .field("password", &self.password.as_ref().map(|_| format_args!("***")))
            .field("database", &self.database)
            .field("connect_timeout", &self.connect_timeout)
            .field("command_timeout", &self.command_timeout)
            .field("charset", &self.charset)
            .field("collation", &self.collation)
            .field("time_zone", &self.time_zone)
            .field("sql_mode", &self.sql_mode)
            .field("ssl_mode", &self.ssl_mode())
            .field("ssl_ca", &self.ssl_ca)
            .field("ssl_cert", &self.ssl_cert)
            .field("ssl_key", &self.ssl_key)
            .field("statement_cache_size", &self.statement_cache_size)
            .field("isolation_level", &self.isolation_level)
            .field("local_infile", &self.local_infile)
            .finish_non_exhaustive()
    }
}
