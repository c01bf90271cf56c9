use std::{
    fmt::Write as _,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags};
use sqlsession_core::{Error, ErrorKind, Result, driver::IsolationLevel};

use crate::{
    error,
    options::{CacheMode, JournalMode, Location, OpenMode, SqliteOptions, uri},
    shared::Shared,
};

/// Statements of the driver's own that are kept beside the user's: BEGIN, COMMIT and their like.
const OWN_STATEMENTS: usize = 12;

/// Opens a connection and sets it up; it may block. Says whether readers and the writer are independent.
pub(crate) fn open(shared: &Shared) -> Result<(Connection, bool)> {
    let options = &shared.options;
    let sqlite = match &shared.memory {
        Some(memory) => memory.open()?,
        None => open_file(options)?,
    };
    sqlite
        .set_prepared_statement_cache_capacity(options.statement_cache_size().saturating_add(OWN_STATEMENTS));
    // Others may be about the same: here it is SQLite that waits for them.
    sqlite.busy_timeout(options.timeout()).map_err(error::from_sqlite)?;
    sqlite.execute_batch(&settings(options)).map_err(error::from_sqlite)?;
    let wal = shared.memory.is_none() && journal(&sqlite, options)?;
    // From now on it is the driver that waits, so that no thread of a runtime is held up.
    sqlite.busy_timeout(Duration::ZERO).map_err(error::from_sqlite)?;
    Ok((sqlite, wal))
}

fn open_file(options: &SqliteOptions) -> Result<Connection> {
    let name = match &options.location {
        Location::Uri(uri) if options.immutable => with_immutable(uri),
        Location::Uri(uri) => uri.clone(),
        Location::File(path) if options.immutable => with_immutable(&uri::of_path(&plain(path)?)),
        Location::File(path) => plain(path)?.into_owned(),
        Location::Memory => String::new(),
    };
    let mut flags = match options.mode {
        OpenMode::ReadOnly => OpenFlags::SQLITE_OPEN_READ_ONLY,
        OpenMode::ReadWrite => OpenFlags::SQLITE_OPEN_READ_WRITE,
        _ => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
    };
    flags |= OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    match options.cache {
        Some(CacheMode::Shared) => flags |= OpenFlags::SQLITE_OPEN_SHARED_CACHE,
        Some(CacheMode::Private) => flags |= OpenFlags::SQLITE_OPEN_PRIVATE_CACHE,
        None => {}
    }
    let opened = match &options.vfs {
        Some(vfs) => Connection::open_with_flags_and_vfs(&name, flags, vfs.as_str()),
        None => Connection::open_with_flags(&name, flags),
    };
    opened.map_err(|refused| not_opened(refused, &name, matches!(options.location, Location::Uri(_))))
}

fn not_opened(refused: rusqlite::Error, name: &str, is_uri: bool) -> Error {
    let cause = error::from_sqlite(refused);
    let kind = match cause.kind() {
        ErrorKind::Database => ErrorKind::ConnectionFailed,
        kind => kind,
    };
    let known = if is_uri { uri::shown(name) } else { name };
    let words = cause.message().replace(name, known);
    let error = Error::new(kind, format!("the database {known:?} cannot be opened: {words}"))
        .with_details(cause.details().clone());
    // rusqlite's error has the whole name in it.
    if known == name { error.with_cause(cause) } else { error }
}

fn with_immutable(uri: &str) -> String {
    // SQLite throws a fragment away, and what comes behind it.
    let uri = uri.split_once('#').map_or(uri, |(uri, _)| uri);
    format!("{uri}{}immutable=1", if uri.contains('?') { '&' } else { '?' })
}

/// The path as SQLite takes it. One that looks like a URI is made relative in another way.
fn plain(path: &Path) -> Result<std::borrow::Cow<'_, str>> {
    let text = path.to_str().ok_or_else(|| {
        Error::new(ErrorKind::Configuration, format!("the path {} is not UTF-8", path.display()))
    })?;
    Ok(if text.starts_with("file:") || text.is_empty() || text.starts_with(':') {
        format!("./{text}").into()
    } else {
        text.into()
    })
}

fn settings(options: &SqliteOptions) -> String {
    let mut sql = format!("PRAGMA foreign_keys={};", u8::from(options.foreign_keys));
    if let Some(synchronous) = options.synchronous {
        let _ = write!(sql, "PRAGMA synchronous={};", synchronous.as_str());
    }
    if let Some(size) = options.cache_size {
        let _ = write!(sql, "PRAGMA cache_size={size};");
    }
    if let Some(size) = options.mmap_size {
        let _ = write!(sql, "PRAGMA mmap_size={size};");
    }
    if let Some(store) = options.temp_store {
        let _ = write!(sql, "PRAGMA temp_store={};", store.as_str());
    }
    if options.isolation_level() == IsolationLevel::ReadUncommitted {
        sql.push_str("PRAGMA read_uncommitted=1;");
    }
    sql
}

/// Sets the journal mode, and says whether it is a write-ahead log.
fn journal(sqlite: &Connection, options: &SqliteOptions) -> Result<bool> {
    let writable =
        !options.immutable && !sqlite.is_readonly(rusqlite::MAIN_DB).map_err(error::from_sqlite)?;
    let sql = match options.journal_mode {
        mode if writable && mode != JournalMode::Keep => format!("PRAGMA journal_mode={}", mode.as_str()),
        _ => "PRAGMA journal_mode".to_owned(),
    };
    let until = Instant::now().checked_add(options.timeout());
    loop {
        match sqlite.query_row(&sql, [], |row| row.get::<_, String>(0)) {
            Ok(mode) => return Ok(mode.eq_ignore_ascii_case("wal")),
            // Two that change the mode at once: SQLite does not wait here, lest they wait for each other.
            Err(busy) if error::is_busy(&busy) && until.is_some_and(|until| Instant::now() < until) => {
                thread::sleep(Duration::from_millis(5));
            }
            Err(refused) => return Err(error::from_sqlite(refused)),
        }
    }
}
