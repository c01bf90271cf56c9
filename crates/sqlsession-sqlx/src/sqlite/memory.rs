use std::{
    process,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use sqlx_core::{connection::ConnectOptions as _, error::Error as SqlxError};
use sqlx_sqlite::{SqliteConnectOptions, SqliteConnection};

static NEXT: AtomicU64 = AtomicU64::new(1);

/// A database in memory that belongs to one engine: all its connections see the same data.
///
/// It lives while a connection is open, so one is kept until the engine is disposed of. The engine's next database has
/// another name: connections to the last one may still be open.
#[derive(Debug, Default)]
pub(super) struct MemoryDatabase {
    keeper: Mutex<Option<Keeper>>,
}

#[derive(Debug)]
struct Keeper {
    name: String,
    _connection: SqliteConnection,
}

impl MemoryDatabase {
    fn name(&self) -> Option<String> {
        let keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        keeper.as_ref().map(|keeper| keeper.name.clone())
    }

    /// Opens a connection, and the database if this is the first.
    pub(super) async fn open(&self, options: &SqliteConnectOptions) -> Result<SqliteConnection, SqlxError> {
        loop {
            if let Some(name) = self.name() {
                return options.clone().filename(name).connect().await;
            }
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let name = format!("file:/sqlsession-sqlx-{}-{number}?vfs=memdb", process::id());
            let connection = options.clone().filename(&name).connect().await?;
            let mut keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
            // Another may have been first.
            keeper.get_or_insert(Keeper { name, _connection: connection });
        }
    }

    /// Lets the data go when the last connection is closed.
    pub(super) fn release(&self) {
        self.keeper.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}
