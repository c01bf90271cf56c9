use std::sync::Arc;

use sqlsession_core::{
    DatabaseUrl, EngineOptions, Result,
    driver::{BatchStyle, BoxFuture, Dialect, Driver, Face, IsolationLevel, PlaceholderStyle, UrlDriver},
    runtime::Executor,
    statement::Cost,
};

use crate::{
    connection::{Inner, SqliteConnection},
    memory::MemoryDatabase,
    open::open,
    options::SqliteOptions,
    place::Place,
    shared::Shared,
    turn::Turns,
};

static DIALECT: Dialect = Dialect::new(
    "sqlite",
    "rusqlite",
    PlaceholderStyle::NumberedQuestion,
    &[IsolationLevel::ReadUncommitted, IsolationLevel::Serializable, IsolationLevel::Autocommit],
)
.with_batches(BatchStyle::Sets);

/// Connects to a SQLite database.
///
/// One driver is one engine's: its connections share the writers' queue, and the database if it is in memory.
#[derive(Debug)]
pub struct SqliteDriver {
    shared: Arc<Shared>,
}

impl SqliteDriver {
    /// A driver for this database. Nothing is opened. A relative path is taken from the working directory of now.
    #[must_use]
    pub fn new(options: SqliteOptions, face: Face) -> Self {
        let options = options.anchored();
        let memory = options.is_memory().then(MemoryDatabase::new);
        let shared = Shared { options, face, turns: Turns::new(), commit: Cost::default(), memory };
        Self { shared: Arc::new(shared) }
    }

    /// Where the database is and how it is used.
    #[must_use]
    pub fn options(&self) -> &SqliteOptions {
        &self.shared.options
    }
}

impl UrlDriver for SqliteDriver {
    fn from_url(url: &DatabaseUrl, options: &mut EngineOptions) -> Result<(Self, Executor)> {
        let mut sqlite = SqliteOptions::from_url(url)?;
        if let Some(statements) = options.statement_cache_size {
            sqlite = sqlite.with_statement_cache_size(statements);
        }
        let session = &mut options.session;
        session.begin_mode.get_or_insert(sqlite.begin());
        // The connections are opened with the URL's level; only that there is no transaction concerns the session.
        if sqlite.isolation_level() == IsolationLevel::Autocommit {
            session.isolation_level.get_or_insert(IsolationLevel::Autocommit);
        }
        Ok((Self::new(sqlite, options.face), Executor::Caller))
    }
}

impl Driver for SqliteDriver {
    type Connection = SqliteConnection;

    fn dialect(&self) -> &Dialect {
        &DIALECT
    }

    fn connect(&self) -> BoxFuture<'_, Result<SqliteConnection>> {
        Box::pin(async {
            let shared = Arc::clone(&self.shared);
            Place::of(shared.face)
                .run(move || {
                    let (sqlite, wal) = open(&shared)?;
                    Ok(SqliteConnection(Box::new(Inner::new(sqlite, shared, wal))))
                })
                .await?
        })
    }

    fn disposed(&self) {
        if let Some(memory) = &self.shared.memory {
            memory.release();
        }
    }
}
