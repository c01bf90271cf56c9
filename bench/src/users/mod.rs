//! The rows of the contest, and their work by sessions.

pub mod entities;
pub mod sessions;
mod suite;

use chrono::NaiveDateTime;
use sqlsession::{DatabaseOptions, EngineOptions, FromRow, SessionOptions, Value, driver::IsolationLevel};

pub use suite::{Comment, Person, Post, nest};

/// Rows of the table `users`.
pub const ROWS: i64 = 10_000;

/// Sets of values of one statement.
pub const SETS: i64 = 5_000;

/// Rows of one INSERT, by those who write many rows so.
pub const ROWS_A_STATEMENT: i64 = 1_000;

/// What every contestant reads a row into, and makes rows of.
#[derive(Debug, FromRow, sqlx::FromRow, diesel::Queryable)]
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
pub const SELECT_USERS: &str = "select id, name, note, age, score, created from users";
pub const SELECT_ALL: &str = "select id, name, note, age, score, created from many_users";

/// The texts of those who write placeholders by hand.
pub struct Texts {
    pub select: &'static str,
    pub update: &'static str,
    pub insert_pair: &'static str,
}

/// For PostgreSQL.
pub const DOLLARS: Texts = Texts {
    select: "select id, name, note, age, score, created from users where id = $1",
    update: "update users set age = $1 where id = $2",
    insert_pair: "insert into pairs values ($1, $2)",
};

/// For the others.
pub const MARKS: Texts = Texts {
    select: "select id, name, note, age, score, created from users where id = ?",
    update: "update users set age = ? where id = ?",
    insert_pair: "insert into pairs values (?, ?)",
};

/// So many marks in brackets, so many times.
pub fn marks(columns: usize, rows: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(", "));
    vec![row; rows].join(", ")
}

/// The same by numbers.
pub fn dollars(columns: usize, rows: usize) -> String {
    let row = |row| {
        let places: Vec<String> = (1..=columns).map(|place| format!("${}", row * columns + place)).collect();
        format!("({})", places.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

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

/// What a unit makes of an age.
pub fn next_age(age: i32) -> i32 {
    (age + 1) % 90
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

    /// So many.
    pub fn many(rows: i64) -> impl Iterator<Item = Self> + Send {
        (0..rows).map(Self::new)
    }

    /// So many, as often as one statement takes.
    pub fn chunks(rows: i64) -> impl Iterator<Item = Vec<Self>> + Send {
        let first = (0..rows).step_by(ROWS_A_STATEMENT as usize);
        first.map(move |first| (first..rows.min(first + ROWS_A_STATEMENT)).map(Self::new).collect())
    }

    /// What `bulk_insert` takes.
    pub fn values(self) -> (i64, String, Option<String>, i32, f64, Value) {
        (self.id, self.name, self.note, self.age, self.score, self.created.into())
    }
}
