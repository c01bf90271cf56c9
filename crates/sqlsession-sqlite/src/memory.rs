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
/// It lives while a connection is open, so one is kept until the engine is disposed of.
#[derive(Debug)]
pub(crate) struct MemoryDatabase {
    uri: String,
    keeper: Mutex<Option<Connection>>,
}

impl MemoryDatabase {
    /// A database of its own. Nothing is opened.
    pub(crate) fn new() -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self {
            uri: format!("file:/sqlsession-{}-{number}?vfs=memdb", process::id()),
            keeper: Mutex::new(None),
        }
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
        if keeper.is_none() {
            *keeper = Some(self.connect()?);
        }
        self.connect()
    }

    /// Lets the data go when the last connection is closed.
    pub(crate) fn release(&self) {
        self.keeper.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    fn connect(&self) -> Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Connection::open_with_flags(&self.uri, flags).map_err(error::from_sqlite)
    }
}
