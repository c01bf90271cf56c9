use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use sqlsession_core::driver::IsolationLevel;

use super::{
    ChannelBinding, Environment, Host, LoadBalanceHosts, SslMode, SslNegotiation, TargetSessionAttrs,
    keepalive::Keepalive, required_auth::RequiredAuth, root_certificates::RootCertificates,
};

/// Where the server is, who connects, and how the connection is used.
///
/// Made [of a URL](Self::from_url) or by code. What is not said is taken from the environment as libpq does; the
/// [crate's page](crate#urls) lists the options, the variables and the files.
///
/// ```
/// use std::time::Duration;
/// use sqlsession_postgres::{PostgresOptions, SslMode};
///
/// let options = PostgresOptions::new()?
///     .with_host("db.local", 5432)
///     .with_user("app")
///     .with_database("shop")
///     .with_ssl_mode(SslMode::Disable)
///     .with_connect_timeout(Duration::from_secs(3));
/// assert_eq!(options.connect_timeout(), Some(Duration::from_secs(3)));
/// # Ok::<(), sqlsession_core::Error>(())
/// ```
#[derive(Clone)]
pub struct PostgresOptions {
    pub(super) hosts: Vec<Host>,
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    pub(super) passfile: Option<PathBuf>,
    pub(super) database: Option<String>,
    pub(super) application_name: Option<String>,
    pub(super) options: Option<String>,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) command_timeout: Option<Duration>,
    pub(super) keepalive: Keepalive,
    pub(super) target_session_attrs: TargetSessionAttrs,
    pub(super) load_balance_hosts: LoadBalanceHosts,
    pub(super) ssl_mode: SslMode,
    pub(super) ssl_negotiation: SslNegotiation,
    pub(super) ssl_root_cert: RootCertificates,
    pub(super) ssl_crl: Option<PathBuf>,
    pub(super) ssl_cert: Option<PathBuf>,
    pub(super) ssl_key: Option<PathBuf>,
    pub(super) channel_binding: ChannelBinding,
    pub(super) required_auth: Option<RequiredAuth>,
    pub(super) statement_cache_size: usize,
    pub(super) pgbouncer: bool,
    pub(super) isolation_level: Option<IsolationLevel>,
    /// Where libpq's files of the user are.
    pub(super) home: Option<PathBuf>,
}

impl PostgresOptions {
    /// How long one address is tried where nothing else is said.
    const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

    /// Prepared statements a connection keeps where nothing else is said.
    const STATEMENT_CACHE_SIZE: usize = 100;

    /// What holds where neither the URL nor the environment says otherwise.
    pub(super) fn unsaid(environment: &Environment) -> Self {
        Self {
            hosts: Vec::new(),
            user: None,
            password: None,
            passfile: None,
            database: None,
            application_name: None,
            options: None,
            connect_timeout: Some(Self::CONNECT_TIMEOUT),
            command_timeout: None,
            keepalive: Keepalive::default(),
            target_session_attrs: TargetSessionAttrs::Any,
            load_balance_hosts: LoadBalanceHosts::Disable,
            ssl_mode: SslMode::Prefer,
            ssl_negotiation: SslNegotiation::Postgres,
            ssl_root_cert: RootCertificates::Usual,
            ssl_crl: None,
            ssl_cert: None,
            ssl_key: None,
            channel_binding: ChannelBinding::Prefer,
            required_auth: None,
            statement_cache_size: Self::STATEMENT_CACHE_SIZE,
            pgbouncer: false,
            isolation_level: None,
            home: environment.home().map(Path::to_owned),
        }
    }

    /// The servers to try, in this order. Empty stands for [the default](Host::new).
    #[must_use]
    pub fn hosts(&self) -> &[Host] {
        &self.hosts
    }

    /// The user. Default: the operating system's.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// The password, if it was given. It is looked for in the password file otherwise, when connecting.
    #[must_use]
    pub fn password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    /// The database. Default: the one of the user's name.
    #[must_use]
    pub fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    /// The name the server shows for the connection.
    #[must_use]
    pub fn application_name(&self) -> Option<&str> {
        self.application_name.as_deref()
    }

    /// Command-line options for the server, such as `-c geqo=off`.
    #[must_use]
    pub fn options(&self) -> Option<&str> {
        self.options.as_deref()
    }

    /// How long one address is tried; `None` is without end.
    #[must_use]
    pub fn connect_timeout(&self) -> Option<Duration> {
        self.connect_timeout
    }

    /// How long a statement may run, unless a session or a call says otherwise; `None` is without end.
    #[must_use]
    pub fn command_timeout(&self) -> Option<Duration> {
        self.command_timeout
    }

    /// Which of several servers will do.
    #[must_use]
    pub fn target_session_attrs(&self) -> TargetSessionAttrs {
        self.target_session_attrs
    }

    /// In which order several servers are tried.
    #[must_use]
    pub fn load_balance_hosts(&self) -> LoadBalanceHosts {
        self.load_balance_hosts
    }

    /// Whether connections are encrypted.
    #[must_use]
    pub fn ssl_mode(&self) -> SslMode {
        self.ssl_mode
    }

    /// How encryption begins.
    #[must_use]
    pub fn ssl_negotiation(&self) -> SslNegotiation {
        self.ssl_negotiation
    }

    /// Whether a password is proven for one encrypted connection alone.
    #[must_use]
    pub fn channel_binding(&self) -> ChannelBinding {
        self.channel_binding
    }

    /// Prepared statements a connection keeps. It is 0 behind [PgBouncer](Self::is_pgbouncer).
    #[must_use]
    pub fn statement_cache_size(&self) -> usize {
        if self.pgbouncer { 0 } else { self.statement_cache_size }
    }

    /// Whether there is a PgBouncer in between that does not keep a client on one server connection.
    #[must_use]
    pub fn is_pgbouncer(&self) -> bool {
        self.pgbouncer
    }

    /// The isolation level of the engine's connections; `None` is the server's default.
    #[must_use]
    pub fn isolation_level(&self) -> Option<IsolationLevel> {
        self.isolation_level
    }

    /// Where the password is looked for that was not given.
    pub(crate) fn passfile(&self) -> Option<PathBuf> {
        self.passfile.clone().or_else(|| Some(self.home.as_ref()?.join(".pgpass")))
    }

    pub(crate) fn required_auth(&self) -> Option<&RequiredAuth> {
        self.required_auth.as_ref()
    }

    pub(crate) fn keepalive(&self) -> Keepalive {
        self.keepalive
    }
}

#[cfg(feature = "tls")]
impl PostgresOptions {
    pub(crate) fn ssl_root_cert(&self) -> &RootCertificates {
        &self.ssl_root_cert
    }

    pub(crate) fn ssl_crl(&self) -> Option<&Path> {
        self.ssl_crl.as_deref()
    }

    pub(crate) fn ssl_cert(&self) -> Option<&Path> {
        self.ssl_cert.as_deref()
    }

    pub(crate) fn ssl_key(&self) -> Option<&Path> {
        self.ssl_key.as_deref()
    }

    /// The folder where libpq looks for certificates that were not named.
    pub(crate) fn certificate_folder(&self) -> Option<PathBuf> {
        Some(self.home.as_ref()?.join(".postgresql"))
    }
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("hosts", &self.hosts)
            .field("user", &self.user)
            .field("password", &self.password.as_ref().map(|_| format_args!("***")))
            .field("database", &self.database)
            .field("application_name", &self.application_name)
            .field("options", &self.options)
            .field("connect_timeout", &self.connect_timeout)
            .field("command_timeout", &self.command_timeout)
            .field("target_session_attrs", &self.target_session_attrs)
            .field("load_balance_hosts", &self.load_balance_hosts)
            .field("ssl_mode", &self.ssl_mode)
            .field("ssl_root_cert", &self.ssl_root_cert)
            .field("ssl_crl", &self.ssl_crl)
            .field("ssl_cert", &self.ssl_cert)
            .field("ssl_key", &self.ssl_key)
            .field("channel_binding", &self.channel_binding)
            .field("required_auth", &self.required_auth)
            .field("statement_cache_size", &self.statement_cache_size())
            .field("pgbouncer", &self.pgbouncer)
            .field("isolation_level", &self.isolation_level)
            .finish_non_exhaustive()
    }
}
