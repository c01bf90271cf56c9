use std::fs::File;

use sqlsession_core::{DatabaseUrl, Error, ErrorKind, Result, driver::IsolationLevel, url::UrlOptions};

use super::{MysqlOptions, SslMode};

/// All the options that [`MysqlOptions::from_url`] takes.
const KNOWN: &[&str] = &[
    "charset",
    "collation",
    "command_timeout",
    "connect_timeout",
    "database",
    "db",
    "host",
    "init_command",
    "isolation_level",
    "local_infile",
    "passwd",
    "password",
    "port",
    "sql_mode",
    "ssl_ca",
    "ssl_cert",
    "ssl_key",
    "ssl_mode",
    "statement_cache_size",
    "time_zone",
    "unix_socket",
    "user",
];

/// The names of sets of characters that are Unicode in UTF-8, the only one text can travel in.
const CHARSETS: &[&str] = &["utf8mb4", "utf8", "utf8mb3"];

impl MysqlOptions {
    /// The options of a MySQL or MariaDB URL, as the [crate's page](crate#urls) lists them. No file is read.
    ///
    /// # Errors
    /// `Configuration` if an option is unknown or wrong.
    pub fn from_url(url: &DatabaseUrl) -> Result<Self> {
        let mut left = url.options();
        let mut options = Self::new();
        options.take_place(url, &mut left)?;
        options.take_login(url, &mut left)?;
        options.take_session(&mut left)?;
        options.take_ssl(&mut left)?;
        left.finish(KNOWN)?;
        options.check()?;
        Ok(options)
    }

    fn take_place(&mut self, url: &DatabaseUrl, left: &mut UrlOptions) -> Result<()> {
        if let Some(host) = left.take_str("host")?.or_else(|| part(url.host())) {
            self.host = host;
        }
        let port = match left.take_u32("port")? {
            Some(port) => Some(
                u16::try_from(port).map_err(|_| wrong(format!("option `port`: {port} is no port number")))?,
            ),
            None => url.port(),
        };
        self.port = port.unwrap_or(Self::PORT);
        self.unix_socket = left.take_str("unix_socket")?.map(Into::into);
        Ok(())
    }

    fn take_login(&mut self, url: &DatabaseUrl, left: &mut UrlOptions) -> Result<()> {
        self.user = left.take_str("user")?.or_else(|| part(url.username()));
        self.password = left
            .take_str("password")?
            .or(left.take_str("passwd")?)
            .or_else(|| part(url.password()))
            .filter(|password| !password.is_empty());
        self.database = left.take_str("database")?.or(left.take_str("db")?).or_else(|| part(url.database()));
        if let Some(limit) = left.take_seconds("connect_timeout")? {
            *self = self.clone().with_connect_timeout(limit);
        }
        if let Some(limit) = left.take_seconds("command_timeout")? {
            *self = self.clone().with_command_timeout(limit);
        }
        Ok(())
    }

    fn take_session(&mut self, left: &mut UrlOptions) -> Result<()> {
        if let Some(charset) = left.take_str("charset")? {
            self.charset = charset.to_ascii_lowercase();
        }
        self.collation = left.take_str("collation")?;
        self.init_command = left.take_str("init_command")?;
        self.time_zone = left.take_str("time_zone")?;
        self.sql_mode = left.take_str("sql_mode")?;
        if let Some(size) = left.take_usize("statement_cache_size")? {
            self.statement_cache_size = size;
        }
        self.local_infile = left.take_bool("local_infile")?.unwrap_or_default();
        if let Some(level) = left.take_str("isolation_level")? {
            self.isolation_level = Some(level.parse::<IsolationLevel>()?);
        }
        Ok(())
    }

    fn take_ssl(&mut self, left: &mut UrlOptions) -> Result<()> {
        if let Some(word) = left.take_str("ssl_mode")? {
            let mode = word.to_ascii_lowercase().replace('-', "_").parse::<SslMode>().map_err(|_| {
                wrong("option `ssl_mode` must be DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY")
            })?;
            self.ssl_mode = Some(mode);
        }
        self.ssl_ca = left.take_str("ssl_ca")?.map(Into::into);
        self.ssl_cert = left.take_str("ssl_cert")?.map(Into::into);
        self.ssl_key = left.take_str("ssl_key")?.map(Into::into);
        Ok(())
    }

    /// Refuses what does not go together, or cannot be quoted.
    ///
    /// # Errors
    /// `Configuration`, which names the options.
    pub(crate) fn check(&self) -> Result<()> {
        if cfg!(not(feature = "tls")) && self.unix_socket.is_none() && self.ssl_mode().is_encrypted() {
            return Err(wrong(format!(
                "ssl_mode={} needs the feature `tls` of sqlsession-mysql, `mysql-tls` of sqlsession",
                self.ssl_mode().as_str()
            )));
        }
        if self.unix_socket.is_none() && self.ssl_mode() == SslMode::VerifyCa && self.ssl_ca.is_none() {
            // As MySQL's own client: the authorities that browsers trust give a certificate to anybody.
            return Err(wrong(
                "ssl_mode=VERIFY_CA needs `ssl_ca`, the authorities to trust: without it use VERIFY_IDENTITY",
            ));
        }
        if self.ssl_cert.is_some() != self.ssl_key.is_some() {
            return Err(wrong("`ssl_cert` and `ssl_key` are given together or not at all"));
        }
        if !CHARSETS.contains(&self.charset.as_str()) {
            return Err(wrong(format!("option `charset` must be one of {}", CHARSETS.join(", "))));
        }
        let words =
            [("collation", &self.collation), ("time_zone", &self.time_zone), ("sql_mode", &self.sql_mode)];
        for (name, word) in words {
            if word.as_deref().is_some_and(|word| word.contains(['\'', '\\', '\0'])) {
                return Err(wrong(format!("option `{name}` holds a quote or a backslash")));
            }
        }
        Ok(())
    }
}

impl MysqlOptions {
    /// Makes sure that the files of encryption can be read, where it is wanted.
    ///
    /// # Errors
    /// `Configuration`, which names the option and the file.
    pub(crate) fn check_files(&self) -> Result<()> {
        if self.unix_socket.is_some() || self.ssl_mode() == SslMode::Disabled || cfg!(not(feature = "tls")) {
            return Ok(());
        }
        for (option, file) in
            [("ssl_ca", &self.ssl_ca), ("ssl_cert", &self.ssl_cert), ("ssl_key", &self.ssl_key)]
        {
            if let Some(file) = file
                && let Err(error) = File::open(file)
            {
                return Err(
                    wrong(format!("option `{option}`: {}: {error}", file.display())).with_cause(error)
                );
            }
        }
        Ok(())
    }
}

fn part(part: Option<&str>) -> Option<String> {
    part.filter(|text| !text.is_empty()).map(str::to_owned)
}

fn wrong(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Configuration, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<MysqlOptions> {
        MysqlOptions::from_url(&url.parse()?)
    }

    #[test]
    fn a_url_says_where_and_who() {
        let options = read("mysql://ada:s%40p@db.local:3307/shop?connect_timeout=3&charset=UTF8MB4").unwrap();
        assert_eq!((options.host(), options.port()), ("db.local", 3307));
        assert_eq!((options.user(), options.password()), (Some("ada"), Some("s@p")));
        assert_eq!(options.database(), Some("shop"));
        assert_eq!(options.connect_timeout().map(|limit| limit.as_secs()), Some(3));
        assert!(!format!("{options:?}").contains("s@p"));
    }

    #[test]
    fn a_file_of_authorities_asks_for_a_check() {
        assert_eq!(read("mysql://h").unwrap().ssl_mode(), SslMode::Preferred);
        let options = MysqlOptions::new().with_ssl_ca("/ca.pem");
        assert_eq!(options.ssl_mode(), SslMode::VerifyCa);
        assert_eq!(options.with_ssl_mode(SslMode::Required).ssl_mode(), SslMode::Required);
    }

    #[test]
    fn wrong_options_are_named() {
        for (url, named) in [
            ("mysql://h/?nope=1", "nope"),
            ("mysql://h/?ssl_mode=maybe", "ssl_mode"),
            ("mysql://h/?charset=latin1", "charset"),
            ("mysql://h/?port=70000", "port"),
            ("mysql://h/?time_zone=%27", "time_zone"),
            ("mysql://h/?ssl_cert=a", "ssl_key"),
        ] {
            let error = read(url).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration, "{url}");
            assert!(error.message().contains(named), "{url}: {error}");
        }
    }

    #[cfg(not(feature = "tls"))]
    #[test]
    fn encryption_needs_the_feature() {
        assert!(read("mysql://h/?ssl_mode=REQUIRED").unwrap_err().message().contains("`tls`"));
        assert!(read("mysql://h/?ssl_mode=PREFERRED").is_ok());
    }
}
