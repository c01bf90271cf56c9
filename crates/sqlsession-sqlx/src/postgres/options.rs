use std::time::Duration;

use sqlsession_core::{DatabaseUrl, EngineOptions, Error, ErrorKind, Result, driver::IsolationLevel};
use sqlx_postgres::PgConnectOptions;

use super::{encryption::take_ssl, passfile::Passfile};

/// All the options of a URL. They mean what they mean to the native driver, or are refused.
const KNOWN: &[&str] = &[
    "application_name",
    "client_encoding",
    "command_timeout",
    "connect_timeout",
    "database",
    "dbname",
    "host",
    "isolation_level",
    "options",
    "passfile",
    "password",
    "port",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement_cache_size",
    "timeout",
    "user",
];

/// Reads the URL; what it does not say, sqlx takes from the environment. Where there is no password there, it is in the
/// file, if at all.
///
/// # Errors
/// `Configuration` if an option is unknown or wrong.
pub(super) fn read(url: &DatabaseUrl, options: &mut EngineOptions) -> Result<(PgConnectOptions, Passfile)> {
    let mut given = url.options();
    let left = &mut given;
    let mut connect = PgConnectOptions::new_without_pgpass();
    let part = |part: Option<&str>| part.filter(|text| !text.is_empty()).map(str::to_owned);
    if let Some(host) = left.take_str("host")?.or_else(|| part(url.host())) {
        if host.contains(',') {
            return Err(wrong("sqlx connects to one host: use the native driver for several"));
        }
        connect = if host.starts_with('/') { connect.socket(host) } else { connect.host(&host) };
    }
    if let Some(port) = left.take_parsed("port", "a port")?.or(url.port().filter(|port| *port != 0)) {
        connect = connect.port(port);
    }
    if let Some(user) = left.take_str("user")?.or_else(|| part(url.username())) {
        connect = connect.username(&user);
    }
    let mut passfile = Passfile::new(left.take_str("passfile")?);
    if let Some(password) = left.take_str("password")?.or_else(|| part(url.password())) {
        connect = connect.password(&password);
        passfile = Passfile::default();
    } else if std::env::var_os("PGPASSWORD").is_some_and(|password| !password.is_empty()) {
        passfile = Passfile::default();
    }
    let database = left.take_str("dbname")?.or(left.take_str("database")?).or_else(|| part(url.database()));
    if let Some(database) = database {
        connect = connect.database(&database);
    }
    if let Some(name) = left.take_str("application_name")? {
        connect = connect.application_name(&name);
    }
    if let Some(settings) = left.take_str("options")? {
        connect = with_settings(connect, &settings)?;
    }
    if let Some(encoding) = left.take_str("client_encoding")?
        && !matches!(encoding.to_ascii_lowercase().replace('-', "").as_str(), "utf8" | "auto" | "unicode")
    {
        return Err(wrong("option `client_encoding` must be utf8: there is no other"));
    }
    connect = take_ssl(connect, left)?;
    let statements = left.take_usize("statement_cache_size")?;
    if let Some(statements) = options.statement_cache_size.or(statements) {
        options.statement_cache_size = Some(statements);
        connect = connect.statement_cache_capacity(statements.max(1));
    }
    let limit = left.take_seconds("connect_timeout")?.or(left.take_seconds("timeout")?);
    options.pool.connect_timeout =
        options.pool.connect_timeout.or(limit.filter(|limit| *limit > Duration::ZERO));
    let session = &mut options.session;
    session.statement_timeout = session.statement_timeout.or(left.take_seconds("command_timeout")?);
    if let Some(level) = left.take_str("isolation_level")? {
        session.isolation_level = session.isolation_level.or(Some(level.parse::<IsolationLevel>()?));
    }
    given.finish(KNOWN)?;
    Ok((connect, passfile))
}

/// `-c name=value`, as libpq has it, once or more often.
fn with_settings(connect: PgConnectOptions, text: &str) -> Result<PgConnectOptions> {
    let mut words = text.split_ascii_whitespace();
    let mut settings = Vec::new();
    while let Some(word) = words.next() {
        let setting = match word.strip_prefix("-c").or_else(|| word.strip_prefix("--")) {
            Some("") => words.next(),
            setting => setting,
        };
        match setting.and_then(|setting| setting.split_once('=')) {
            Some((name, value)) => settings.push((name.to_owned(), value.to_owned())),
            None => return Err(wrong("option `options` must be settings such as `-c statement_timeout=5s`")),
        }
    }
    Ok(connect.options(settings))
}

fn wrong(words: &'static str) -> Error {
    Error::new(ErrorKind::Configuration, words)
}
