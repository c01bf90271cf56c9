use std::{
    process,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use rusqlite::{Connection, OpenFlags};
use sqlsession_core::{Error, ErrorKind, Result};

use crate::error;

/// The first SQLite whose memory databases can be shared by name.
const SHAREABLE: i32 = 3_036_000;

static NEXT: AtomicU64 = AtomicU64::new(1);

/// A database in memory that belongs to one engine: all its connections see the same data.
///
/// It lives while a connection is open, so one is kept until the engine is disposed of. The engine's next database has
/// another name: connections to the last one may still be open.
#[derive(Debug, Default)]
pub(crate) struct MemoryDatabase {
    keeper: Mutex<Option<Keeper>>,
}

#[derive(Debug)]
struct Keeper {
    uri: String,
    _connection: Connection,
}

impl MemoryDatabase {
    /// A database of its own. Nothing is opened.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Opens a connection, and the database if this is the first.
    pub(crate) fn open(&self) -> Result<Connection> {
        if rusqlite::version_number() < SHAREABLE {
            return Err(Error::new(
                ErrorKind::Configuration,
                format!(
                    "a database in memory needs SQLite 3.36 or later, and this is {}: use a file, or the `bundled` feature",
                    rusqlite::version()
                ),
            ));
        }
        let mut keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(keeper) = &*keeper {
            return connect(&keeper.uri);
        }
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let uri = format!("file:/sqlsession-{}-{number}?vfs=memdb", process::id());
        let connection = connect(&uri)?;
        *keeper = Some(Keeper { _connection: connect(&uri)?, uri });
        Ok(connection)
    }

    /// Lets the data go when the last connection is closed.
    pub(crate) fn release(&self) {
        self.keeper.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

fn connect(uri: &str) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(uri, flags).map_err(error::from_sqlite)
}
