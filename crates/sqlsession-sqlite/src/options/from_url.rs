use sqlsession_core::{
    DatabaseUrl, Error, ErrorKind, Result,
    driver::{BeginMode, IsolationLevel},
    url::UrlOptions,
};

use super::{CacheMode, JournalMode, OpenMode, SqliteOptions, Synchronous, TempStore};

/// All the options that [`SqliteOptions::take_from`] takes.
pub(crate) const KNOWN: &[&str] = &[
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

impl SqliteOptions {
    /// The options of a SQLite URL, as the [crate's page](crate#urls) lists them.
    ///
    /// # Errors
    /// `Configuration` if an option is unknown or wrong, or the URL has a host, port, user or password.
    pub fn from_url(url: &DatabaseUrl) -> Result<Self> {
        let mut left = url.options();
        let options = Self::take_from(url, &mut left)?;
        left.finish(KNOWN)?;
        Ok(options)
    }

    /// Takes the options of a SQLite URL and leaves those it does not know, for whoever finishes them.
    ///
    /// # Errors
    /// As [`from_url`](Self::from_url), but for unknown options.
    pub fn take_from(url: &DatabaseUrl, left: &mut UrlOptions) -> Result<Self> {
        if url.host().is_some()
            || url.port().is_some()
            || url.username().is_some()
            || url.password().is_some()
        {
            return Err(Error::new(
                ErrorKind::Configuration,
                "a SQLite URL has no host, port, user or password: a relative path follows three slashes, \
                 an absolute one four",
            ));
        }
        let mode = left.take_parsed::<OpenMode>("mode", "ro, rw, rwc or memory")?;
        let uri = left.take_bool("uri")?.unwrap_or(false);
        let mut options = match url.database() {
            None | Some("" | ":memory:") => Self::in_memory(),
            Some("file::memory:") if uri => Self::in_memory(),
            Some(name) if uri && name.starts_with("file:") => Self::from_uri(uri_of(name, url, left)),
            Some(path) => Self::new(path),
        };
        if let Some(mode) = mode {
            options = options.with_mode(mode);
        }
        options.take_file(left)?;
        options.take_pragmas(left)?;
        options.take_python(left)?;
        Ok(options)
    }

    fn take_file(&mut self, left: &mut UrlOptions) -> Result<()> {
        self.immutable = left.take_bool("immutable")?.unwrap_or(false);
        self.cache = left.take_parsed::<CacheMode>("cache", "shared or private")?;
        self.vfs = left.take_str("vfs")?;
        if let Some(timeout) = left.take_seconds("timeout")? {
            *self = self.clone().with_timeout(timeout);
        }
        Ok(())
    }

    fn take_pragmas(&mut self, left: &mut UrlOptions) -> Result<()> {
        let journals = "wal, delete, truncate, persist, memory, off or keep";
        if let Some(mode) = left.take_parsed::<JournalMode>("journal_mode", journals)? {
            self.journal_mode = mode;
        }
        self.synchronous = left.take_parsed::<Synchronous>("synchronous", "off, normal, full or extra")?;
        if let Some(on) = left.take_bool("foreign_keys")? {
            self.foreign_keys = on;
        }
        self.cache_size = left.take_parsed("cache_size", "a whole number")?;
        self.mmap_size = left.take_parsed("mmap_size", "a whole number")?;
        self.temp_store = left.take_parsed::<TempStore>("temp_store", "default, file or memory")?;
        if let Some(begin) = left.take_parsed::<BeginMode>("begin", "auto, immediate or deferred")? {
            *self = self.clone().with_begin(begin);
        }
        if let Some(size) = left.take_usize("statement_cache_size")? {
            *self = self.clone().with_statement_cache_size(size);
        }
        Ok(())
    }

    /// What Python's `sqlite3` takes: some of it has a meaning here.
    fn take_python(&mut self, left: &mut UrlOptions) -> Result<()> {
        left.take_bool("check_same_thread")?;
        left.take_u32("detect_types")?;
        if let Some(size) = left.take_usize("cached_statements")? {
            *self = self.clone().with_statement_cache_size(size);
        }
        let Some(level) = left.take_str("isolation_level")? else { return Ok(()) };
        *self = match level.to_ascii_uppercase().as_str() {
            "DEFERRED" => self.clone().with_begin(BeginMode::Deferred),
            "IMMEDIATE" | "EXCLUSIVE" => self.clone().with_begin(BeginMode::Immediate),
            name => match name.parse()? {
                IsolationLevel::ReadCommitted | IsolationLevel::RepeatableRead => {
                    return Err(Error::new(
                        ErrorKind::Configuration,
                        "SQLite's isolation levels are SERIALIZABLE, READ UNCOMMITTED and AUTOCOMMIT",
                    ));
                }
                level => self.clone().with_isolation_level(level),
            },
        };
        Ok(())
    }
}

/// A `file:` URI with the options that are SQLite's own: with `uri=true`, all that nobody else knows.
fn uri_of(name: &str, url: &DatabaseUrl, left: &mut UrlOptions) -> String {
    let mut uri = name.to_owned();
    let mut separator = if name.contains('?') { '&' } else { '?' };
    for (key, _) in url.query().iter().filter(|(key, _)| !KNOWN.contains(key)) {
        for value in left.take_all(key) {
            uri.push(separator);
            uri.push_str(key);
            uri.push('=');
            uri.push_str(&value.replace('%', "%25").replace('&', "%26").replace('#', "%23"));
            separator = '&';
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use std::{path::Path, time::Duration};

    use super::*;
    use crate::options::Location;

    fn options(url: &str) -> Result<SqliteOptions> {
        SqliteOptions::from_url(&DatabaseUrl::parse(url).unwrap())
    }

    fn refused(url: &str) -> String {
        let error = options(url).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{url}");
        error.message().to_owned()
    }

    #[test]
    fn where_the_database_is() {
        for memory in [
            "sqlite://",
            "sqlite:///",
            "sqlite:///:memory:",
            "sqlite:///file::memory:?cache=shared&uri=true",
            "sqlite:///x.db?mode=memory",
        ] {
            assert!(options(memory).unwrap().is_memory(), "{memory}");
        }
        let file = |url: &str| options(url).unwrap().location;
        assert_eq!(file("sqlite:///shop.db"), Location::File(Path::new("shop.db").into()));
        assert_eq!(file("sqlite:////var/shop.db"), Location::File(Path::new("/var/shop.db").into()));
        assert_eq!(file("sqlite:///file:shop.db"), Location::File(Path::new("file:shop.db").into()));
        assert_eq!(
            file("sqlite:///file:shop.db?nolock=1&uri=true&mode=ro"),
            Location::Uri("file:shop.db?nolock=1".into())
        );
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let options = options("sqlite:///shop.db").unwrap();
        assert_eq!(options.timeout(), Duration::from_secs(5));
        assert_eq!((options.journal_mode, options.mode), (JournalMode::Wal, OpenMode::Create));
        assert_eq!((options.synchronous, options.foreign_keys), (None, true));
        assert_eq!((options.begin(), options.statement_cache_size()), (BeginMode::Auto, 100));
    }

    #[test]
    fn what_is_said_counts() {
        let options = options(
            "sqlite:///shop.db?timeout=0.25&mode=ro&journal_mode=DELETE&synchronous=normal&foreign_keys=off\
             &cache_size=-4000&mmap_size=1024&temp_store=memory&begin=immediate&statement_cache_size=7&immutable=1\
             &vfs=unix&cache=private&isolation_level=read_uncommitted",
        )
        .unwrap();
        assert_eq!(options.timeout(), Duration::from_millis(250));
        assert_eq!((options.mode, options.journal_mode), (OpenMode::ReadOnly, JournalMode::Delete));
        assert_eq!((options.synchronous, options.foreign_keys), (Some(Synchronous::Normal), false));
        assert_eq!((options.cache_size, options.mmap_size), (Some(-4000), Some(1024)));
        assert_eq!((options.temp_store, options.immutable), (Some(TempStore::Memory), true));
        assert_eq!((options.begin(), options.statement_cache_size()), (BeginMode::Immediate, 7));
        assert_eq!((options.vfs.as_deref(), options.cache), (Some("unix"), Some(CacheMode::Private)));
        assert_eq!(options.isolation_level(), IsolationLevel::ReadUncommitted);
    }

    #[test]
    fn what_python_takes_is_accepted() {
        let python = options(
            "sqlite:///shop.db?check_same_thread=False&detect_types=3&cached_statements=50&isolation_level=IMMEDIATE",
        )
        .unwrap();
        assert_eq!((python.statement_cache_size(), python.begin()), (50, BeginMode::Immediate));
    }

    #[test]
    fn what_is_wrong_is_refused() {
        assert!(refused("sqlite:///shop.db?nosuch=1").contains("nosuch"));
        assert!(refused("sqlite:///shop.db?nosuch=1").contains("journal_mode"));
        assert!(refused("sqlite:///shop.db?timeout=abc").contains("timeout"));
        assert!(refused("sqlite:///shop.db?journal_mode=x").contains("truncate"));
        assert!(refused("sqlite:///shop.db?isolation_level=REPEATABLE%20READ").contains("SERIALIZABLE"));
        assert!(refused("sqlite://shop.db").contains("three slashes"));
        assert!(refused("sqlite://user:secret@/shop.db").contains("three slashes"));
    }
}
