use std::time::Duration;

use sqlsession_core::{DatabaseUrl, EngineOptions, Error, ErrorKind, Result, driver::IsolationLevel};
use sqlx_postgres::PgConnectOptions;

use super::{encryption::take_ssl, passfile::Passfile, settings::PgSettings};

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
pub(super) fn read(url: &DatabaseUrl, options: &mut EngineOptions) -> Result<(PgConnectOptions, PgSettings)> {
    let mut given = url.options();
    let left = &mut given;
    let mut connect = PgConnectOptions::new_without_pgpass();
    let mut settings = PgSettings::default();
    // Those of the environment, of which the server refuses what is none.
    for (name, value) in connect.get_options().map(settings_in).unwrap_or_default().into_iter().flatten() {
        settings.note(&name, &value);
    }
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
    settings.passfile = Passfile::new(left.take_str("passfile")?);
    if let Some(password) = left.take_str("password")?.or_else(|| part(url.password())) {
        connect = connect.password(&password);
        settings.passfile = Passfile::default();
    } else if std::env::var_os("PGPASSWORD").is_some_and(|password| !password.is_empty()) {
        settings.passfile = Passfile::default();
    }
    let database = left.take_str("dbname")?.or(left.take_str("database")?).or_else(|| part(url.database()));
    if let Some(database) = database {
        connect = connect.database(&database);
    }
    if let Some(name) = left.take_str("application_name")? {
        connect = connect.application_name(&name);
    }
    if let Some(text) = left.take_str("options")? {
        for setting in settings_in(&text) {
            let words = "option `options` must be settings such as `-c statement_timeout=5s`";
            let (name, value) = setting.ok_or_else(|| wrong(words))?;
            settings.note(&name, &value);
            connect = connect.options([(name, value)]);
        }
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
    Ok((connect, settings))
}

/// `-c name=value`, as libpq has it, once or more often; `None` for what is no setting.
fn settings_in(text: &str) -> Vec<Option<(String, String)>> {
    let mut words = words_in(text).into_iter();
    let mut settings = Vec::new();
    while let Some(word) = words.next() {
        let setting = match word.strip_prefix("-c").or_else(|| word.strip_prefix("--")) {
            Some("") => words.next(),
            setting => setting.map(str::to_owned),
        };
        let parts = setting.as_ref().and_then(|setting| setting.split_once('='));
        settings.push(parts.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
    settings
}

/// The words of a text as the server parts them: behind a backslash a blank is one of the word.
fn words_in(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter.is_ascii_whitespace() {
            words.extend(word.take());
            continue;
        }
        let letter = if letter == '\\' { letters.next() } else { Some(letter) };
        word.get_or_insert_default().extend(letter);
    }
    words.extend(word);
    words
}

fn wrong(words: &'static str) -> Error {
    Error::new(ErrorKind::Configuration, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_parted_as_by_the_server() {
        let setting = |name: &str, value: &str| Some((name.to_owned(), value.to_owned()));
        let read = settings_in(r"-c a=1 -cb=2  --c=3 -d 5 -c DateStyle=ISO,\ DMY -c e=\\x\'");
        let expected = [
            setting("a", "1"),
            setting("b", "2"),
            setting("c", "3"),
            None,
            None,
            setting("DateStyle", "ISO, DMY"),
            setting("e", r"\x'"),
        ];
        assert_eq!(read, expected);
        assert_eq!(settings_in("-c"), [None]);
        assert_eq!(settings_in(" "), []);
    }
}
