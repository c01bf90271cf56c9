use std::time::Duration;

use sqlsession_core::{
    DatabaseUrl, EngineOptions, Error, ErrorKind, Result, driver::IsolationLevel, url::UrlOptions,
};
use sqlx_mysql::{MySqlConnectOptions, MySqlSslMode};

use super::settings::MySqlSettings;

/// All the options of a URL. They mean what they mean to the native driver, or are refused.
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

/// Reads the URL. What sqlx sets by itself, a time zone and an SQL mode, stays as the server has it.
///
/// # Errors
/// `Configuration` if an option is unknown or wrong.
pub(super) fn read(
    url: &DatabaseUrl,
    options: &mut EngineOptions,
) -> Result<(MySqlConnectOptions, MySqlSettings)> {
    let mut given = url.options();
    let left = &mut given;
    let mut settings = MySqlSettings::default();
    let mut connect =
        MySqlConnectOptions::new().pipes_as_concat(false).no_engine_substitution(false).timezone(None);
    connect = take_place(connect, url, left)?;
    connect = take_charset(connect, left)?;
    connect = take_ssl(connect, left)?;
    settings.texts.extend(left.take_str("init_command")?);
    for name in ["time_zone", "sql_mode"] {
        if let Some(value) = left.take_str(name)? {
            settings.texts.push(format!("SET {name} = '{}'", plain(name, &value)?));
        }
    }
    let statements = left.take_usize("statement_cache_size")?;
    if let Some(statements) = options.statement_cache_size.or(statements) {
        options.statement_cache_size = Some(statements);
        connect = connect.statement_cache_capacity(statements.max(1));
    }
    let limit = left.take_seconds("connect_timeout")?.filter(|limit| *limit > Duration::ZERO);
    options.pool.connect_timeout = options.pool.connect_timeout.or(limit);
    let session = &mut options.session;
    session.statement_timeout = session.statement_timeout.or(left.take_seconds("command_timeout")?);
    if let Some(level) = left.take_str("isolation_level")? {
        session.isolation_level = session.isolation_level.or(Some(level.parse::<IsolationLevel>()?));
    }
    given.finish(KNOWN)?;
    Ok((connect, settings))
}

fn take_place(
    mut connect: MySqlConnectOptions,
    url: &DatabaseUrl,
    left: &mut UrlOptions,
) -> Result<MySqlConnectOptions> {
    let part = |part: Option<&str>| part.filter(|text| !text.is_empty()).map(str::to_owned);
    if let Some(host) = left.take_str("host")?.or_else(|| part(url.host())) {
        connect = connect.host(&host);
    }
    if let Some(port) = left.take_parsed("port", "a port number")?.or(url.port()) {
        connect = connect.port(port);
    }
    if let Some(path) = left.take_str("unix_socket")? {
        connect = connect.socket(path);
    }
    if let Some(user) = left.take_str("user")?.or_else(|| part(url.username())) {
        connect = connect.username(&user);
    }
    let password = left.take_str("password")?.or(left.take_str("passwd")?).or_else(|| part(url.password()));
    if let Some(password) = password.filter(|password| !password.is_empty()) {
        connect = connect.password(&password);
    }
    let database = left.take_str("database")?.or(left.take_str("db")?).or_else(|| part(url.database()));
    if let Some(database) = database {
        connect = connect.database(&database);
    }
    Ok(connect)
}

fn take_charset(mut connect: MySqlConnectOptions, left: &mut UrlOptions) -> Result<MySqlConnectOptions> {
    if let Some(charset) = left.take_str("charset")? {
        let charset = charset.to_ascii_lowercase();
        if !CHARSETS.contains(&charset.as_str()) {
            return Err(wrong(format!("option `charset` must be one of {}", CHARSETS.join(", "))));
        }
        connect = connect.charset(&charset);
    }
    if let Some(collation) = left.take_str("collation")? {
        connect = connect.collation(plain("collation", &collation)?);
    }
    Ok(connect)
}

fn take_ssl(mut connect: MySqlConnectOptions, left: &mut UrlOptions) -> Result<MySqlConnectOptions> {
    let ca = left.take_str("ssl_ca")?;
    let modes = "DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY";
    let mode = match left.take_str("ssl_mode")? {
        Some(word) => word
            .to_ascii_uppercase()
            .replace('-', "_")
            .parse::<MySqlSslMode>()
            .map_err(|_| wrong(format!("option `ssl_mode` must be {modes}")))?,
        None if ca.is_some() => MySqlSslMode::VerifyCa,
        None => MySqlSslMode::Preferred,
    };
    if matches!(mode, MySqlSslMode::VerifyCa) {
        // It trusts the system's authorities beside those of the file, and they sign for everybody.
        return Err(wrong(
            "ssl_mode=VERIFY_CA, which `ssl_ca` alone means as well, does not check by sqlx what it does by MySQL's client, \
             as sqlx trusts the system's authorities as well: use ssl_mode=VERIFY_IDENTITY, or the native driver"
                .to_owned(),
        ));
    }
    connect = connect.ssl_mode(mode);
    if let Some(file) = ca {
        connect = connect.ssl_ca(file);
    }
    if let Some(file) = left.take_str("ssl_cert")? {
        connect = connect.ssl_client_cert(file);
    }
    if let Some(file) = left.take_str("ssl_key")? {
        connect = connect.ssl_client_key(file);
    }
    Ok(connect)
}

/// A word that goes into a text.
fn plain<'v>(name: &str, value: &'v str) -> Result<&'v str> {
    if value.contains(['\'', '\\', '\0', ';']) {
        return Err(wrong(format!("option `{name}` holds a quote, a semicolon or a backslash")));
    }
    Ok(value)
}

fn wrong(message: String) -> Error {
    Error::new(ErrorKind::Configuration, message)
}
