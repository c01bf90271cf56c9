use std::time::Duration;

use sqlsession_core::{DatabaseUrl, Error, ErrorKind, Result, driver::IsolationLevel, url::UrlOptions};

use super::{
    ChannelBinding, Environment, LoadBalanceHosts, PostgresOptions, SslMode, SslNegotiation,
    TargetSessionAttrs, demands, hosts::Places, keepalive::Keepalive, required_auth::RequiredAuth,
    root_certificates::RootCertificates, source::Source,
};

/// All the options there are.
const KNOWN: &[&str] = &[
    "application_name",
    "channel_binding",
    "client_encoding",
    "command_timeout",
    "connect_timeout",
    "database",
    "dbname",
    "gssencmode",
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
    "require_auth",
    "ssl",
    "sslcert",
    "sslcrl",
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
        Self::read(&DatabaseUrl::new("postgresql"), &Environment::of_process()?)
    }

    /// The options of a PostgreSQL URL, as the [crate's page](crate#urls) lists them. What it does not say is taken from
    /// the environment. No file is read.
    ///
    /// # Errors
    /// `Configuration` if an option or a variable is unknown or wrong.
    pub fn from_url(url: &DatabaseUrl) -> Result<Self> {
        Self::read(url, &Environment::of_process()?)
    }

    /// The options of a URL in this environment.
    pub(crate) fn read(url: &DatabaseUrl, environment: &Environment) -> Result<Self> {
        demands::check(environment.variables())?;
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
        self.hosts = Places {
            hosts: source.all("host"),
            ports: source.all("port"),
            authority: url.host(),
            // 0 is none, as in SQLAlchemy.
            authority_port: url.port().filter(|port| *port != 0),
            variable_host: source.variable("PGHOST")?,
            variable_port: source.variable("PGPORT")?,
        }
        .pair()?;
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
        self.ssl_crl = source.text(&["sslcrl"], Some("PGSSLCRL"))?.map(Into::into);
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
        // Where libpq asks for a ticket first, its users write `disable`.
        if source.text(&["gssencmode"], None)?.is_some_and(|mode| mode != "disable" && mode != "prefer") {
            return Err(wrong(
                "option `gssencmode` must be disable or prefer: there is no encryption by GSSAPI",
            ));
        }
        if let Some(binding) = source.take(&["channel_binding"], Some("PGCHANNELBINDING"), |left, name| {
            left.take_parsed::<ChannelBinding>(name, "disable, prefer or require")
        })? {
            self.channel_binding = binding;
        }
        let methods =
            "a list of password, md5, gss, sspi, scram-sha-256 and none, all with a `!` before them or none";
        self.required_auth = source.take(&["require_auth"], Some("PGREQUIREAUTH"), |left, name| {
            left.take_parsed::<RequiredAuth>(name, methods)
        })?;
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
                "sslmode={} needs the feature `tls` of sqlsession-postgres, `postgres-tls` of sqlsession",
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Host;

    fn read(url: &str, variables: &[(&str, &str)]) -> Result<PostgresOptions> {
        let environment = Environment::new(variables.iter().copied(), Some("/home/ada".into()));
        PostgresOptions::read(&DatabaseUrl::parse(url).unwrap(), &environment)
    }

    fn options(url: &str) -> PostgresOptions {
        read(url, &[]).unwrap()
    }

    #[track_caller]
    fn refused(url: &str, variables: &[(&str, &str)]) -> String {
        let error = read(url, variables).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{url}");
        error.message().to_owned()
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let options = options("postgresql://");
        assert_eq!((options.hosts(), options.user(), options.password()), (&[][..], None, None));
        assert_eq!((options.database(), options.application_name(), options.options()), (None, None, None));
        assert_eq!(options.connect_timeout(), Some(Duration::from_secs(10)));
        assert_eq!((options.command_timeout(), options.keepalive()), (None, Keepalive::default()));
        assert_eq!(options.target_session_attrs(), TargetSessionAttrs::Any);
        assert_eq!(options.load_balance_hosts(), LoadBalanceHosts::Disable);
        assert_eq!(
            (options.ssl_mode(), options.channel_binding()),
            (SslMode::Prefer, ChannelBinding::Prefer)
        );
        assert_eq!((options.statement_cache_size(), options.is_pgbouncer()), (100, false));
        assert_eq!(options.isolation_level(), None);
        assert_eq!(options.passfile(), Some("/home/ada/.pgpass".into()));
    }

    #[test]
    fn what_is_said_counts() {
        let options = options(
            "postgresql+asyncpg://ada:p%40ss@db:6000/shop?connect_timeout=2&command_timeout=500ms&keepalives_idle=30\
             &keepalives_interval=5&keepalives_count=3&tcp_user_timeout=1500&target_session_attrs=prefer-standby\
             &load_balance_hosts=random&sslmode=allow&channel_binding=disable&statement_cache_size=7\
             &isolation_level=repeatable_read&application_name=a+b&options=-c+geqo%3Doff&passfile=/p\
             &client_encoding=UTF-8",
        );
        assert_eq!(options.hosts(), [Host::new("db", 6000)]);
        assert_eq!((options.user(), options.password()), (Some("ada"), Some("p@ss")));
        assert_eq!((options.database(), options.application_name()), (Some("shop"), Some("a b")));
        assert_eq!(options.options(), Some("-c geqo=off"));
        assert_eq!(options.connect_timeout(), Some(Duration::from_secs(2)));
        assert_eq!(options.command_timeout(), Some(Duration::from_millis(500)));
        let expected = Keepalive {
            on: true,
            idle: Some(Duration::from_secs(30)),
            interval: Some(Duration::from_secs(5)),
            count: Some(3),
            user_timeout: Some(Duration::from_millis(1500)),
        };
        assert_eq!(options.keepalive(), expected);
        assert_eq!(options.target_session_attrs(), TargetSessionAttrs::PreferStandby);
        assert_eq!(options.load_balance_hosts(), LoadBalanceHosts::Random);
        assert_eq!(
            (options.ssl_mode(), options.channel_binding()),
            (SslMode::Allow, ChannelBinding::Disable)
        );
        assert_eq!(options.statement_cache_size(), 7);
        assert_eq!(options.isolation_level(), Some(IsolationLevel::RepeatableRead));
        assert_eq!(options.passfile(), Some("/p".into()));
    }

    #[test]
    fn zero_is_no_limit() {
        let options =
            options("postgresql://h?connect_timeout=0&command_timeout=0&keepalives=0&keepalives_idle=0");
        assert_eq!((options.connect_timeout(), options.command_timeout()), (None, None));
        assert_eq!(options.keepalive(), Keepalive { on: false, ..Keepalive::default() });
    }

    #[test]
    fn the_login_may_be_among_the_options() {
        let options = options("postgresql://u:x@/d?user=ada&password=secret&dbname=shop&host=/run&port=7");
        assert_eq!((options.user(), options.password()), (Some("ada"), Some("secret")));
        assert_eq!((options.database(), options.hosts()), (Some("shop"), &[Host::new("/run", 7)][..]));
    }

    #[test]
    fn other_drivers_names_are_taken() {
        let asyncpg =
            options("postgresql://h?ssl=disable&prepared_statement_cache_size=0&timeout=3&database=d");
        assert_eq!((asyncpg.ssl_mode(), asyncpg.statement_cache_size()), (SslMode::Disable, 0));
        assert_eq!(asyncpg.connect_timeout(), Some(Duration::from_secs(3)));
        assert_eq!(asyncpg.database(), Some("d"));
        let twice = refused("postgresql://h?ssl=disable&sslmode=allow", &[]);
        assert!(twice.contains("`sslmode` and `ssl`"), "{twice}");
    }

    #[test]
    fn nothing_is_kept_behind_a_pooler() {
        let options = options("postgresql://h?pgbouncer=true&statement_cache_size=50");
        assert_eq!((options.is_pgbouncer(), options.statement_cache_size()), (true, 0));
    }

    #[test]
    fn the_environment_fills_in_and_the_url_wins() {
        let variables = [
            ("PGHOST", "e"),
            ("PGPORT", "7"),
            ("PGUSER", "eve"),
            ("PGPASSWORD", "secret"),
            ("PGDATABASE", "env"),
            ("PGAPPNAME", "app"),
            ("PGOPTIONS", "-c x=y"),
            ("PGCONNECT_TIMEOUT", "4"),
            ("PGSSLMODE", "disable"),
            ("PGTARGETSESSIONATTRS", "primary"),
            ("PGLOADBALANCEHOSTS", "random"),
            ("PGCHANNELBINDING", "require"),
            ("PGPASSFILE", "/p"),
        ];
        let options = read("postgresql://", &variables).unwrap();
        assert_eq!((options.hosts(), options.user()), (&[Host::new("e", 7)][..], Some("eve")));
        assert_eq!((options.password(), options.database()), (Some("secret"), Some("env")));
        assert_eq!((options.application_name(), options.options()), (Some("app"), Some("-c x=y")));
        assert_eq!(options.connect_timeout(), Some(Duration::from_secs(4)));
        assert_eq!(options.ssl_mode(), SslMode::Disable);
        assert_eq!(options.target_session_attrs(), TargetSessionAttrs::Primary);
        assert_eq!(options.load_balance_hosts(), LoadBalanceHosts::Random);
        assert_eq!(options.channel_binding(), ChannelBinding::Require);
        assert_eq!(options.passfile(), Some("/p".into()));

        let url = "postgresql://ada:own@db:8/shop?application_name=me&connect_timeout=1&sslmode=allow";
        let options = read(url, &variables).unwrap();
        assert_eq!((options.hosts(), options.user()), (&[Host::new("db", 8)][..], Some("ada")));
        assert_eq!((options.password(), options.database()), (Some("own"), Some("shop")));
        assert_eq!((options.application_name(), options.ssl_mode()), (Some("me"), SslMode::Allow));
        assert_eq!(options.connect_timeout(), Some(Duration::from_secs(1)));

        let message = refused("postgresql://h", &[("PGSSLMODE", "never")]);
        assert!(message.starts_with("option `PGSSLMODE` must be disable, allow,"), "{message}");
    }

    #[test]
    fn what_is_demanded_in_vain_is_refused() {
        for (name, value) in [
            ("PGGSSENCMODE", "require"),
            ("PGREQUIREPEER", "postgres"),
            ("PGSSLCERTMODE", "require"),
            ("PGSSLCRLDIR", "/srv/revoked"),
            ("PGSSLMINPROTOCOLVERSION", "TLSv1.3"),
        ] {
            let message = refused("postgresql://h", &[(name, value)]);
            assert!(message.contains(name), "{message}");
        }
        let harmless = [
            ("PGGSSENCMODE", "prefer"),
            ("PGGSSENCMODE", "disable"),
            ("PGSSLCERTMODE", "allow"),
            ("PGSSLMINPROTOCOLVERSION", "TLSv1.2"),
        ];
        for variable in harmless {
            assert!(read("postgresql://h", &[variable]).is_ok(), "{variable:?}");
        }
        assert!(read("postgresql://h?gssencmode=disable", &[]).is_ok());
        assert!(refused("postgresql://h?gssencmode=require", &[]).contains("gssencmode"));
    }

    #[test]
    fn what_is_wrong_is_refused() {
        for (query, part) in [
            ("sslmod=require", "did you mean `sslmode`?"),
            ("service=x", "known are application_name,"),
            ("sslmode=on", "verify-full"),
            ("client_encoding=latin1", "utf8"),
            ("target_session_attrs=master", "prefer-standby"),
            ("load_balance_hosts=round", "random"),
            ("channel_binding=yes", "prefer"),
            ("require_auth=scram", "scram-sha-256"),
            ("connect_timeout=soon", "connect_timeout"),
            ("isolation_level=chaos", "chaos"),
            ("user=a&user=b", "more than once"),
            ("port=x", "port"),
        ] {
            let message = refused(&format!("postgresql://u:hunter2@h/d?{query}"), &[]);
            assert!(message.contains(part) && !message.contains("hunter2"), "{message}");
        }
    }

    #[cfg(feature = "tls")]
    #[test]
    fn what_does_not_go_together_is_refused() {
        assert!(refused("postgresql://h?sslnegotiation=direct", &[]).contains("sslmode=require"));
        assert!(refused("postgresql://h?sslrootcert=system&sslmode=require", &[]).contains("verify-full"));
        let system = options("postgresql://h?sslrootcert=system&sslnegotiation=direct");
        assert_eq!(system.ssl_mode(), SslMode::VerifyFull);
        assert_eq!(system.ssl_negotiation(), SslNegotiation::Direct);
    }

    #[cfg(not(feature = "tls"))]
    #[test]
    fn encryption_needs_its_feature() {
        for mode in ["require", "verify-ca", "verify-full"] {
            let message = refused(&format!("postgresql://h?sslmode={mode}"), &[]);
            assert_eq!(
                message,
                format!(
                    "sslmode={mode} needs the feature `tls` of sqlsession-postgres, `postgres-tls` of sqlsession"
                )
            );
        }
    }

    #[test]
    fn the_password_is_not_shown() {
        let shown = format!("{:?}", options("postgresql://u:hunter2@h/d"));
        assert!(shown.contains("***") && !shown.contains("hunter2"), "{shown}");
    }
}
