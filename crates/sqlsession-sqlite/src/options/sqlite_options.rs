use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use sqlsession_core::driver::{BeginMode, IsolationLevel};

use super::{CacheMode, JournalMode, OpenMode, Synchronous, TempStore, uri};

/// SQLite counts milliseconds in 31 bits.
const LONGEST: Duration = Duration::from_secs(24 * 24 * 60 * 60);

/// Where the database is and how it is used.
///
/// ```
/// use std::time::Duration;
/// use sqlsession_sqlite::{JournalMode, SqliteOptions};
///
/// let options = SqliteOptions::new("shop.db")
///     .with_timeout(Duration::from_secs(1))
///     .with_journal_mode(JournalMode::Keep);
/// assert_eq!(options.timeout(), Duration::from_secs(1));
/// ```
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    pub(crate) location: Location,
    pub(crate) mode: OpenMode,
    pub(crate) immutable: bool,
    pub(crate) cache: Option<CacheMode>,
    pub(crate) vfs: Option<String>,
    pub(crate) journal_mode: JournalMode,
    pub(crate) synchronous: Option<Synchronous>,
    pub(crate) foreign_keys: bool,
    pub(crate) cache_size: Option<i64>,
    pub(crate) mmap_size: Option<i64>,
    pub(crate) temp_store: Option<TempStore>,
    timeout: Duration,
    begin: BeginMode,
    isolation_level: IsolationLevel,
    statement_cache_size: usize,
}

/// Where a database is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Location {
    /// In memory, for this engine alone.
    Memory,
    /// In this file.
    File(PathBuf),
    /// Where SQLite finds this `file:` URI.
    Uri(String),
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("Memory"),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Uri(uri) => f.debug_tuple("Uri").field(&uri::shown(uri)).finish(),
        }
    }
}

impl SqliteOptions {
    /// A database in this file.
    #[must_use]
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self::at(Location::File(path.as_ref().to_owned()))
    }

    /// A database in memory, shared by all connections of the engine and gone with it.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::at(Location::Memory)
    }

    /// A database at a `file:` URI of SQLite's.
    ///
    /// What is behind its `?` is shown nowhere: it may be a key.
    #[must_use]
    pub fn from_uri(uri: impl Into<String>) -> Self {
        Self::at(Location::Uri(uri.into()))
    }

    fn at(location: Location) -> Self {
        Self {
            location,
            mode: OpenMode::Create,
            immutable: false,
            cache: None,
            vfs: None,
            journal_mode: JournalMode::Wal,
            synchronous: None,
            foreign_keys: true,
            cache_size: None,
            mmap_size: None,
            temp_store: None,
            timeout: Duration::from_secs(5),
            begin: BeginMode::Auto,
            isolation_level: IsolationLevel::Serializable,
            statement_cache_size: 100,
        }
    }

    /// With a path that means the same file wherever the process goes: a pool opens connections at any time.
    pub(crate) fn anchored(mut self) -> Self {
        match &mut self.location {
            Location::File(path) => {
                if let Ok(absolute) = std::path::absolute(&*path) {
                    *path = absolute;
                }
            }
            Location::Uri(uri) if self.vfs.is_none() => {
                if let Ok(directory) = std::env::current_dir()
                    && let Some(absolute) = uri::anchored(uri, &directory)
                {
                    *uri = absolute;
                }
            }
            Location::Uri(_) | Location::Memory => {}
        }
        self
    }

    /// How the file is opened. Default: it is made if it is not there.
    #[must_use]
    pub fn with_mode(mut self, mode: OpenMode) -> Self {
        if mode == OpenMode::Memory {
            self.location = Location::Memory;
        }
        self.mode = mode;
        self
    }

    /// Whether nothing and nobody changes the file while it is open, so that SQLite need not lock it. Default: no.
    #[must_use]
    pub fn with_immutable(mut self, immutable: bool) -> Self {
        self.immutable = immutable;
        self
    }

    /// Whether connections share a page cache. Default: as SQLite was built, which is no.
    #[must_use]
    pub fn with_cache(mut self, cache: CacheMode) -> Self {
        self.cache = Some(cache);
        self
    }

    /// The operating system layer of SQLite's to use. Default: the platform's.
    #[must_use]
    pub fn with_vfs(mut self, vfs: impl Into<String>) -> Self {
        self.vfs = Some(vfs.into());
        self
    }

    /// How long an operation waits for other writers before it fails with
    /// [`Busy`](sqlsession_core::ErrorKind::Busy). Default: 5 seconds, as Python's `sqlite3`. At most 24 days, which
    /// stand for more.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout.min(LONGEST);
        self
    }

    /// The journal mode a connection sets. Default: a write-ahead log, where the file is opened for writing.
    #[must_use]
    pub fn with_journal_mode(mut self, journal_mode: JournalMode) -> Self {
        self.journal_mode = journal_mode;
        self
    }

    /// When SQLite waits for the disk. Default: SQLite's own, which is `full`.
    #[must_use]
    pub fn with_synchronous(mut self, synchronous: Synchronous) -> Self {
        self.synchronous = Some(synchronous);
        self
    }

    /// Whether foreign keys are enforced. Default: yes. (SQLAlchemy leaves them off.)
    #[must_use]
    pub fn with_foreign_keys(mut self, foreign_keys: bool) -> Self {
        self.foreign_keys = foreign_keys;
        self
    }

    /// The size of a connection's page cache: pages, or KiB if negative. Default: SQLite's own, which is -2000.
    #[must_use]
    pub fn with_cache_size(mut self, cache_size: i64) -> Self {
        self.cache_size = Some(cache_size);
        self
    }

    /// The bytes of the file that are mapped into memory at most. Default: SQLite's own, which is 0.
    #[must_use]
    pub fn with_mmap_size(mut self, mmap_size: i64) -> Self {
        self.mmap_size = Some(mmap_size);
        self
    }

    /// Where temporary tables are kept. Default: SQLite's own, which is files.
    #[must_use]
    pub fn with_temp_store(mut self, temp_store: TempStore) -> Self {
        self.temp_store = Some(temp_store);
        self
    }

    /// When a transaction takes the write lock, unless a session says otherwise. Default: its first statement decides.
    ///
    /// It is of an engine made by URL: one that is made of a driver takes the session's from its
    /// [`EngineOptions`](sqlsession_core::EngineOptions).
    #[must_use]
    pub fn with_begin(mut self, begin: BeginMode) -> Self {
        self.begin = begin;
        self
    }

    /// The isolation level of the engine's connections. Default: `SERIALIZABLE`.
    ///
    /// That there is no transaction in `AUTOCOMMIT` is of an engine made by URL, as with [`with_begin`](Self::with_begin).
    #[must_use]
    pub fn with_isolation_level(mut self, isolation_level: IsolationLevel) -> Self {
        self.isolation_level = isolation_level;
        self
    }

    /// Prepared statements a connection keeps. Default: 100.
    #[must_use]
    pub fn with_statement_cache_size(mut self, statement_cache_size: usize) -> Self {
        self.statement_cache_size = statement_cache_size;
        self
    }

    /// How long an operation waits for other writers.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// When a transaction takes the write lock, unless a session says otherwise.
    #[must_use]
    pub fn begin(&self) -> BeginMode {
        self.begin
    }

    /// The isolation level of the engine's connections.
    #[must_use]
    pub fn isolation_level(&self) -> IsolationLevel {
        self.isolation_level
    }

    /// Prepared statements a connection keeps.
    #[must_use]
    pub fn statement_cache_size(&self) -> usize {
        self.statement_cache_size
    }

    /// Whether the database is in memory, for this engine alone.
    #[must_use]
    pub fn is_memory(&self) -> bool {
        self.location == Location::Memory
    }
}
