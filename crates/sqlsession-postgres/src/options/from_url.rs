use std::time::Duration;

use sqlsession_core::{DatabaseUrl, Error, ErrorKind, Result, driver::IsolationLevel, url::UrlOptions};

use super::{
    ChannelBinding, Environment, LoadBalanceHosts, PostgresOptions, SslMode, SslNegotiation,
    TargetSessionAttrs, hosts, keepalive::Keepalive, root_certificates::RootCertificates, source::Source,
};

/// All the options that [`PostgresOptions::take_from`] takes.
pub(crate) const KNOWN: &[&str] = &[
    "application_name",
    "channel_binding",
    "client_encoding",
    "command_timeout",
    "connect_timeout",
    "database",
    "dbname",
    "host",
    "isolation_level",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "load_balance_hosts",
    "options",
    "passfile",
    "password",
    "pgbouncer",
    "port",
    "prepared_statement_cache_size",
    "ssl",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslnegotiation",
    "sslrootcert",
    "statement_cache_size",
    "target_session_attrs",
    "tcp_user_timeout",
    "timeout",
    "user",
];

impl PostgresOptions {
    /// What the environment says, and the defaults.
    ///
    /// # Errors
    /// `Configuration` if one of the variables is wrong.
    pub fn new() -> Result<Self> {
        Self::read(&DatabaseUrl::new("postgresql"), &Environment::of_process())
    }

    /// The options of a PostgreSQL URL, as the [crate's page](crate#urls) lists them. What it does not say is taken from
    /// the environment. No file is read.
    ///
    /// # Errors
    /// `Configuration` if an option or a variable is unknown or wrong.
    pub fn from_url(url: &DatabaseUrl) -> Result<Self> {
        Self::read(url, &Environment::of_process())
    }

    /// The options of a URL in this environment.
    pub(crate) fn read(url: &DatabaseUrl, environment: &Environment) -> Result<Self> {
        let mut left = url.options();
        let mut source = Source::new(url, &mut left, environment);
        let mut options = Self::unsaid(environment);
        options.take_places(url, &mut source)?;
        options.take_login(url, &mut source)?;
        options.take_times(&mut source)?;
        options.take_ssl(&mut source)?;
        options.take_use(&mut source)?;
        left.finish(KNOWN)?;
        options.check()?;
        Ok(options)
    }

    fn take_places(&mut self, url: &DatabaseUrl, source: &mut Source<'_>) -> Result<()> {
        let (mut names, mut ports) = (source.all("host"), source.all("port"));
        if names.is_empty() {
            if let Some(authority) = url.host() {
                if !ports.is_empty() && url.port().is_some() {
                    return Err(wrong("the port is given twice: after the host and by the option `port`"));
                }
                self.hosts = if ports.is_empty() {
                    hosts::of_authority(authority, url.port())?
                } else {
                    hosts::pair(&[authority.to_owned()], &ports, None)?
                };
            } else {
                names.extend(source.variable("PGHOST")?);
            }
        }
        if self.hosts.is_empty() {
            if ports.is_empty() && url.port().is_none() {
                ports.extend(source.variable("PGPORT")?);
            }
            self.hosts = hosts::pair(&names, &ports, url.port())?;
        }
        let attrs = "any, read-write, read-only, primary, standby or prefer-standby";
        if let Some(attrs) =
            source.take(&["target_session_attrs"], Some("PGTARGETSESSIONATTRS"), |left, name| {
                left.take_parsed::<TargetSessionAttrs>(name, attrs)
            })?
        {
            self.target_session_attrs = attrs;
        }
        if let Some(order) =
            source.take(&["load_balance_hosts"], Some("PGLOADBALANCEHOSTS"), |left, name| {
                left.take_parsed::<LoadBalanceHosts>(name, "disable or random")
            })?
        {
            self.load_balance_hosts = order;
        }
        Ok(())
    }

    fn take_login(&mut self, url: &DatabaseUrl, source: &mut Source<'_>) -> Result<()> {
        let part = |part: Option<&str>| part.filter(|text| !text.is_empty()).map(str::to_owned);
        self.user = source.text(&["user"], None)?.or_else(|| part(url.username()));
        self.password = source.text(&["password"], None)?.or_else(|| part(url.password()));
        self.database = source.text(&["dbname", "database"], None)?.or_else(|| part(url.database()));
        for (field, variable) in [
            (&mut self.user, "PGUSER"),
            (&mut self.password, "PGPASSWORD"),
            (&mut self.database, "PGDATABASE"),
        ] {
            if field.is_none() {
                *field = source.variable(variable)?;
            }
        }
        self.passfile = source.text(&["passfile"], Some("PGPASSFILE"))?.map(Into::into);
        self.application_name = source.text(&["application_name"], Some("PGAPPNAME"))?;
        self.options = source.text(&["options"], Some("PGOPTIONS"))?;
        match source.text(&["client_encoding"], None)? {
            Some(encoding) if !is_utf8(&encoding) => {
                Err(wrong("option `client_encoding` must be utf8: there is no other"))
            }
            _ => Ok(()),
        }
    }

    fn take_times(&mut self, source: &mut Source<'_>) -> Result<()> {
        let seconds = UrlOptions::take_seconds;
        if let Some(limit) =
            source.take(&["connect_timeout", "timeout"], Some("PGCONNECT_TIMEOUT"), seconds)?
        {
            *self = self.clone().with_connect_timeout(limit);
        }
        if let Some(limit) = source.take(&["command_timeout"], None, seconds)? {
            *self = self.clone().with_command_timeout(limit);
        }
        let time = |time: Option<Duration>| time.filter(|time| !time.is_zero());
        let milliseconds = source.take(&["tcp_user_timeout"], None, UrlOptions::take_u32)?;
        self.keepalive = Keepalive {
            on: source.take(&["keepalives"], None, UrlOptions::take_bool)?.unwrap_or(true),
            idle: time(source.take(&["keepalives_idle"], None, seconds)?),
            interval: time(source.take(&["keepalives_interval"], None, seconds)?),
            count: source.take(&["keepalives_count"], None, UrlOptions::take_u32)?.filter(|count| *count > 0),
            user_timeout: time(milliseconds.map(|number| Duration::from_millis(number.into()))),
        };
        Ok(())
    }

    fn take_ssl(&mut self, source: &mut Source<'_>) -> Result<()> {
        self.ssl_cert = source.text(&["sslcert"], Some("PGSSLCERT"))?.map(Into::into);
        self.ssl_key = source.text(&["sslkey"], Some("PGSSLKEY"))?.map(Into::into);
        match source.text(&["sslrootcert"], Some("PGSSLROOTCERT"))? {
            // As in libpq: authorities that give a certificate to anybody are of use for a name only.
            Some(system) if system == "system" => {
                self.ssl_root_cert = RootCertificates::System;
                self.ssl_mode = SslMode::VerifyFull;
            }
            Some(file) => self.ssl_root_cert = RootCertificates::File(file.into()),
            None => {}
        }
        let modes = "disable, allow, prefer, require, verify-ca or verify-full";
        if let Some(mode) = source.take(&["sslmode", "ssl"], Some("PGSSLMODE"), |left, name| {
            left.take_parsed::<SslMode>(name, modes)
        })? {
            self.ssl_mode = mode;
        }
        if let Some(negotiation) =
            source.take(&["sslnegotiation"], Some("PGSSLNEGOTIATION"), |left, name| {
                left.take_parsed::<SslNegotiation>(name, "postgres or direct")
            })?
        {
            self.ssl_negotiation = negotiation;
        }
        if let Some(binding) = source.take(&["channel_binding"], Some("PGCHANNELBINDING"), |left, name| {
            left.take_parsed::<ChannelBinding>(name, "disable, prefer or require")
        })? {
            self.channel_binding = binding;
        }
        Ok(())
    }

    fn take_use(&mut self, source: &mut Source<'_>) -> Result<()> {
        let sizes = ["statement_cache_size", "prepared_statement_cache_size"];
        if let Some(size) = source.take(&sizes, None, UrlOptions::take_usize)? {
            self.statement_cache_size = size;
        }
        if let Some(pgbouncer) = source.take(&["pgbouncer"], None, UrlOptions::take_bool)? {
            self.pgbouncer = pgbouncer;
        }
        if let Some(level) = source.text(&["isolation_level"], None)? {
            self.isolation_level = Some(level.parse::<IsolationLevel>()?);
        }
        Ok(())
    }

    /// Refuses what does not go together.
    ///
    /// # Errors
    /// `Configuration`, which names the options.
    pub(crate) fn check(&self) -> Result<()> {
        let mode = self.ssl_mode;
        if cfg!(not(feature = "tls")) && mode.is_encrypted() {
            return Err(wrong(format!(
                "sslmode={} needs the feature `tls` of sqlsession-postgres",
                mode.as_str()
            )));
        }
        if self.ssl_root_cert == RootCertificates::System && mode != SslMode::VerifyFull {
            return Err(wrong("sslrootcert=system needs sslmode=verify-full"));
        }
        if self.ssl_negotiation == SslNegotiation::Direct && !mode.is_encrypted() {
            return Err(wrong("sslnegotiation=direct needs sslmode=require or a stricter one"));
        }
        Ok(())
    }
}

fn wrong(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Configuration, message)
}

fn is_utf8(encoding: &str) -> bool {
    matches!(encoding.to_ascii_lowercase().replace(['-', '_'], "").as_str(), "utf8" | "unicode")
}
