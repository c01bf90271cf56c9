use std::{path::Path, time::Duration};

use sqlsession_core::{
    DatabaseUrl, EngineOptions, Error, ErrorKind, Result,
    driver::{BeginMode, IsolationLevel},
    url::UrlOptions,
};
use sqlx_sqlite::SqliteConnectOptions;

use super::{memory::MemoryDatabase, settings::SqliteSettings};

/// All the options of a URL. They mean what they mean to the native driver.
const KNOWN: &[&str] = &[
    "begin",
    "cache",
    "cache_size",
    "cached_statements",
    "check_same_thread",
    "detect_types",
    "foreign_keys",
    "immutable",
    "isolation_level",
    "journal_mode",
    "mmap_size",
    "mode",
    "statement_cache_size",
    "synchronous",
    "temp_store",
    "timeout",
    "uri",
    "vfs",
];

/// Longer than any wait that SQLite can be told of.
const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

/// Reads the URL.
///
/// # Errors
/// `Configuration` if an option is unknown or wrong, or the URL has a host, port, user or password.
pub(super) fn read(
    url: &DatabaseUrl,
    options: &mut EngineOptions,
) -> Result<(SqliteConnectOptions, SqliteSettings)> {
    if url.host().is_some() || url.port().is_some() || url.username().is_some() || url.password().is_some() {
        return Err(Error::new(
            ErrorKind::Configuration,
            "a SQLite URL has no host, port, user or password: a relative path follows three slashes, \
             an absolute one four",
        ));
    }
    let mut given = url.options();
    let left = &mut given;
    let mode = word(left, "mode", &["ro", "rw", "rwc", "memory"])?;
    let uri = left.take_bool("uri")?.unwrap_or(false);
    let immutable = left.take_bool("immutable")?.unwrap_or(false);
    let vfs = left.take_str("vfs")?;
    let mut settings = SqliteSettings { timeout: Duration::from_secs(5), journal_mode: None, memory: None };
    let mut connect = SqliteConnectOptions::new()
        .create_if_missing(matches!(mode.as_deref(), None | Some("rwc" | "memory")))
        .read_only(mode.as_deref() == Some("ro"))
        // The driver waits itself: SQLite's own wait could not be stopped.
        .busy_timeout(Duration::ZERO);
    let name = match url.database() {
        _ if mode.as_deref() == Some("memory") => None,
        None | Some("" | ":memory:") => None,
        Some("file::memory:") if uri => None,
        Some(name) => Some(name),
    };
    match name {
        None => settings.memory = Some(MemoryDatabase::default()),
        // sqlx would take the URI for a path, and make another URI of it, if it was told them.
        Some(name) if uri && name.starts_with("file:") => {
            connect = connect.filename(with_queries(name, immutable, vfs.as_deref()));
        }
        // One that looks like a URI is made relative in another way; whatever the process does, it is the same file.
        Some(name) => {
            connect = connect.filename(std::path::absolute(Path::new(name)).unwrap_or_else(|_| name.into()));
            connect = connect.immutable(immutable);
            if let Some(vfs) = vfs {
                connect = connect.vfs(vfs);
            }
        }
    }
    if let Some(cache) = word(left, "cache", &["shared", "private"])? {
        connect = connect.shared_cache(cache == "shared" && settings.memory.is_none());
    }
    if let Some(timeout) = left.take_seconds("timeout")? {
        settings.timeout = timeout.min(LONGEST);
    }
    let journals = &["wal", "delete", "truncate", "persist", "memory", "off", "keep"];
    let journal = word(left, "journal_mode", journals)?.unwrap_or_else(|| "wal".to_owned());
    let writable = settings.memory.is_none() && mode.as_deref() != Some("ro") && !immutable;
    if writable && journal != "keep" {
        settings.journal_mode = Some(journal);
    }
    connect = connect.foreign_keys(left.take_bool("foreign_keys")?.unwrap_or(true));
    for (key, words) in [
        ("synchronous", &["off", "normal", "full", "extra"][..]),
        ("temp_store", &["default", "file", "memory"]),
    ] {
        if let Some(value) = word(left, key, words)? {
            connect = connect.pragma(key, value);
        }
    }
    for key in ["cache_size", "mmap_size"] {
        if let Some(size) = left.take_parsed::<i64>(key, "a whole number")? {
            connect = connect.pragma(key, size.to_string());
        }
    }
    let session = &mut options.session;
    let mut begin = left.take_parsed::<BeginMode>("begin", "auto, immediate or deferred")?;
    left.take_bool("check_same_thread")?;
    left.take_u32("detect_types")?;
    let kept = left.take_usize("cached_statements")?;
    let statements = options.statement_cache_size.or(left.take_usize("statement_cache_size")?).or(kept);
    if let Some(statements) = statements {
        options.statement_cache_size = Some(statements);
        connect = connect.statement_cache_capacity(statements.max(1));
    }
    if let Some(level) = left.take_str("isolation_level")? {
        match level.to_ascii_uppercase().as_str() {
            "DEFERRED" => begin = Some(BeginMode::Deferred),
            "IMMEDIATE" | "EXCLUSIVE" => begin = Some(BeginMode::Immediate),
            name => match name.parse()? {
                IsolationLevel::ReadCommitted | IsolationLevel::RepeatableRead => {
                    return Err(Error::new(
                        ErrorKind::Configuration,
                        "SQLite's isolation levels are SERIALIZABLE, READ UNCOMMITTED and AUTOCOMMIT",
                    ));
                }
                level => session.isolation_level = session.isolation_level.or(Some(level)),
            },
        }
    }
    session.begin_mode = session.begin_mode.or(begin);
    given.finish(KNOWN)?;
    Ok((connect, settings))
}

/// A `file:` URI that says these as well.
fn with_queries(uri: &str, immutable: bool, vfs: Option<&str>) -> String {
    let immutable = immutable.then(|| "immutable=1".to_owned());
    let vfs =
        vfs.map(|vfs| format!("vfs={}", vfs.replace('%', "%25").replace('&', "%26").replace('#', "%23")));
    // SQLite throws a fragment away, with all that comes behind it.
    let mut uri = uri.split_once('#').map_or(uri, |(uri, _)| uri).to_owned();
    for query in immutable.into_iter().chain(vfs) {
        uri.push(if uri.contains('?') { '&' } else { '?' });
        uri.push_str(&query);
    }
    uri
}

/// Takes an option that is one of these words, in any case.
fn word(left: &mut UrlOptions, key: &str, words: &[&str]) -> Result<Option<String>> {
    let Some(given) = left.take_str(key)? else { return Ok(None) };
    match words.iter().find(|word| given.eq_ignore_ascii_case(word)) {
        Some(word) => Ok(Some((*word).to_owned())),
        None => Err(Error::new(
            ErrorKind::Configuration,
            format!("option `{key}` must be one of {}", words.join(", ")),
        )),
    }
}
