use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use sqlsession::{FromRow, value::DateTime};

use crate::cell::Fallible;

/// Rows of the table `users`.
pub const ROWS: i64 = 10_000;

/// What every contestant reads a row into.
#[derive(Debug, FromRow)]
#[expect(dead_code, reason = "read into, like any row, and looked at no further")]
pub struct User {
    pub id: i64,
    pub name: String,
    pub note: Option<String>,
    pub age: i32,
    pub score: f64,
    pub created: DateTime,
}

pub const SELECT_RAW: &str = "select id, name, note, age, score, created from users where id = ?1";
pub const SELECT: &str = "select id, name, note, age, score, created from users where id = :id";
pub const UPDATE_RAW: &str = "update users set age = ?2 where id = ?1";
pub const UPDATE: &str = "update users set age = :age where id = :id";

/// A file database in WAL mode with synchronous=NORMAL, which every contestant opens for itself.
///
/// Every contestant has one of its own: SQLite shares its locks between the connections of a process, so that one
/// contestant's open transaction would spare another its system calls.
pub struct Fixture {
    path: PathBuf,
}

impl Fixture {
    pub fn new(folder: &Path) -> Fallible<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("bench{number}.db"));
        let mut connection = raw_connection(&path)?;
        connection.execute_batch(
            "create table users (id integer primary key, name text not null, note text, age integer not null, \
             score real not null, created text not null)",
        )?;
        let transaction = connection.transaction()?;
        for id in 1..=ROWS {
            let note = (id % 3 > 0).then(|| format!("a note of some length for user {id}"));
            transaction.prepare_cached("insert into users values (?1, ?2, ?3, ?4, ?5, ?6)")?.execute((
                id,
                format!("user number {id}"),
                note,
                id % 90,
                id as f64 / 7.0,
                "2026-01-02 03:04:05.678901",
            ))?;
        }
        transaction.commit()?;
        Ok(Self { path })
    }

    pub fn connection(&self) -> rusqlite::Result<rusqlite::Connection> {
        raw_connection(&self.path)
    }

    pub fn url(&self) -> String {
        format!("sqlite:///{}?journal_mode=wal&synchronous=normal", self.path.display())
    }
}

fn raw_connection(path: &Path) -> rusqlite::Result<rusqlite::Connection> {
    let connection = rusqlite::Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Keys in an order that no cache line likes.
pub fn key(n: u64) -> i64 {
    (n.wrapping_mul(7919) % ROWS as u64) as i64 + 1
}
