use std::{path::PathBuf, time::Duration};

use sqlsession_core::driver::IsolationLevel;

use super::{
    AuthMethod, ChannelBinding, Host, LoadBalanceHosts, PostgresOptions, SslMode, SslNegotiation,
    TargetSessionAttrs, required_auth::RequiredAuth, root_certificates::RootCertificates,
};

/// What code says in place of the URL and the environment.
impl PostgresOptions {
    /// With this server in place of those so far: a name or address, or the folder of a Unix socket. See [`Host::new`].
    #[must_use]
    pub fn with_host(self, name: impl Into<String>, port: u16) -> Self {
        self.with_hosts([Host::new(name, port)])
    }

    /// With these servers in place of those so far.
    #[must_use]
    pub fn with_hosts(mut self, hosts: impl IntoIterator<Item = Host>) -> Self {
        self.hosts = hosts.into_iter().collect();
        self
    }

    /// The user. Default: the operating system's.
    #[must_use]
    pub fn with_user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// The password. Default: the one in the password file. An empty one is none.
    #[must_use]
    pub fn with_password(mut self, password: impl Into<String>) -> Self {
        self.password = Some(password.into()).filter(|password| !password.is_empty());
        self
    }

    /// The password file. Default: `~/.pgpass`.
    #[must_use]
    pub fn with_passfile(mut self, passfile: impl Into<PathBuf>) -> Self {
        self.passfile = Some(passfile.into());
        self
    }

    /// The database. Default: the one of the user's name.
    #[must_use]
    pub fn with_database(mut self, database: impl Into<String>) -> Self {
        self.database = Some(database.into());
        self
    }

    /// The name the server shows for the connection. Default: none.
    #[must_use]
    pub fn with_application_name(mut self, application_name: impl Into<String>) -> Self {
        self.application_name = Some(application_name.into());
        self
    }

    /// Command-line options for the server, such as `-c geqo=off`. Default: none.
    #[must_use]
    pub fn with_options(mut self, options: impl Into<String>) -> Self {
        self.options = Some(options.into());
        self
    }

    /// How long one address is tried before the next one is. Zero is without end. Default: 10 seconds.
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

    /// Which of several servers will do. Default: any.
    #[must_use]
    pub fn with_target_session_attrs(mut self, target_session_attrs: TargetSessionAttrs) -> Self {
        self.target_session_attrs = target_session_attrs;
        self
    }

    /// In which order several servers are tried. Default: as they are given.
    #[must_use]
    pub fn with_load_balance_hosts(mut self, load_balance_hosts: LoadBalanceHosts) -> Self {
        self.load_balance_hosts = load_balance_hosts;
        self
    }

    /// Whether connections are encrypted. Default: if the server can, and never without the feature `tls`.
    #[must_use]
    pub fn with_ssl_mode(mut self, ssl_mode: SslMode) -> Self {
        self.ssl_mode = ssl_mode;
        self
    }

    /// How encryption begins. Default: the server is asked first.
    #[must_use]
    pub fn with_ssl_negotiation(mut self, ssl_negotiation: SslNegotiation) -> Self {
        self.ssl_negotiation = ssl_negotiation;
        self
    }

    /// The file of the authorities that are trusted, in PEM. Default: `~/.postgresql/root.crt`, if it is there.
    #[must_use]
    pub fn with_ssl_root_cert(mut self, file: impl Into<PathBuf>) -> Self {
        self.ssl_root_cert = RootCertificates::File(file.into());
        self
    }

    /// The authorities that are trusted are the system's. The mode must be [`VerifyFull`](SslMode::VerifyFull).
    #[must_use]
    pub fn with_system_root_certs(mut self) -> Self {
        self.ssl_root_cert = RootCertificates::System;
        self
    }

    /// The file of certificates that were revoked, in PEM. It counts where a server's certificate is checked. Default:
    /// `~/.postgresql/root.crl`, if it is there.
    #[must_use]
    pub fn with_ssl_crl(mut self, file: impl Into<PathBuf>) -> Self {
        self.ssl_crl = Some(file.into());
        self
    }

    /// The files of the client's own certificate and its key, in PEM. Default: `postgresql.crt` and `postgresql.key` in
    /// `~/.postgresql`, if they are there. The key must not be readable by others, nor encrypted.
    #[must_use]
    pub fn with_ssl_cert(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.ssl_cert = Some(certificate.into());
        self.ssl_key = Some(key.into());
        self
    }

    /// Whether a password is proven for one encrypted connection alone. Default: where both sides can.
    #[must_use]
    pub fn with_channel_binding(mut self, channel_binding: ChannelBinding) -> Self {
        self.channel_binding = channel_binding;
        self
    }

    /// The ways to ask for a password that are answered; any other ends the login before something was sent. Default: all.
    #[must_use]
    pub fn with_required_auth(mut self, methods: impl IntoIterator<Item = AuthMethod>) -> Self {
        self.required_auth = Some(RequiredAuth(methods.into_iter().collect()));
        self
    }

    /// Prepared statements a connection keeps. With 0, nothing is prepared by name. Default: 100.
    #[must_use]
    pub fn with_statement_cache_size(mut self, statement_cache_size: usize) -> Self {
        self.statement_cache_size = statement_cache_size;
        self
    }

    /// Whether there is a PgBouncer in between that does not keep a client on one server connection: nothing that lives
    /// longer than a transaction is left on the server, and no statement is prepared by name. Default: no.
    #[must_use]
    pub fn with_pgbouncer(mut self, pgbouncer: bool) -> Self {
        self.pgbouncer = pgbouncer;
        self
    }

    /// The isolation level of the engine's connections. Default: the server's.
    #[must_use]
    pub fn with_isolation_level(mut self, isolation_level: IsolationLevel) -> Self {
        self.isolation_level = Some(isolation_level);
        self
    }
}
