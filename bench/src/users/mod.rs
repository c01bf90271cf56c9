//! The table that servers are measured with: its rows, the texts of sessions, and their work.

pub mod entities;
pub mod sessions;

use chrono::NaiveDateTime;
use sqlsession::{DatabaseOptions, EngineOptions, FromRow, SessionOptions, Value, driver::IsolationLevel};

/// Rows of the table `users`.
pub const ROWS: i64 = 10_000;

/// Rows of the table `many_users`.
pub const MANY: usize = 1_000_000;

/// What every contestant reads a row into, and makes rows of.
#[derive(Debug, FromRow)]
pub struct User {
    pub id: i64,
    pub name: String,
    pub note: Option<String>,
    pub age: i32,
    pub score: f64,
    pub created: NaiveDateTime,
}

pub const COLUMNS: [&str; 6] = ["id", "name", "note", "age", "score", "created"];
pub const SELECT: &str = "select id, name, note, age, score, created from users where id = :id";
pub const UPDATE: &str = "update users set age = :age where id = :id";
pub const SELECT_ALL: &str = "select id, name, note, age, score, created from many_users";

/// Eight connections, and no more.
pub fn options() -> DatabaseOptions {
    DatabaseOptions::default().engine(EngineOptions::default().pool_size(8).max_overflow(0))
}

pub fn autocommit() -> SessionOptions {
    SessionOptions::default().isolation_level(IsolationLevel::Autocommit)
}

/// Keys in an order that no cache line likes.
pub fn key(n: u64) -> i64 {
    (n.wrapping_mul(7919) % ROWS as u64) as i64 + 1
}

impl User {
    /// One to be inserted.
    pub fn new(id: i64) -> Self {
        Self {
            id,
            name: format!("user number {id}"),
            note: (id % 3 > 0).then(|| format!("a note of some length for user {id}")),
            age: (id % 90) as i32,
            score: id as f64 / 7.0,
            created: NaiveDateTime::default() + chrono::Duration::microseconds(id * 1_000_003),
        }
    }

    /// What `bulk_insert` takes.
    pub fn values(self) -> (i64, String, Option<String>, i32, f64, Value) {
        (self.id, self.name, self.note, self.age, self.score, self.created.into())
    }
}
