//! The tables, whose text differs in the names of some types only.

use super::Database;
use crate::users::ROWS;

/// How many rows the case of the associations has.
#[derive(Clone, Copy, Debug)]
pub struct Associated {
    pub people: usize,
    pub posts_of_each: usize,
    pub comments_of_each: usize,
}

pub const ASSOCIATED: Associated = Associated { people: 100, posts_of_each: 10, comments_of_each: 10 };

impl Associated {
    pub fn comments(self) -> usize {
        self.people * self.posts_of_each * self.comments_of_each
    }
}

struct Types {
    text: &'static str,
    double: &'static str,
    time: &'static str,
    generated: &'static str,
}

fn types(database: Database) -> Types {
    match database {
        Database::Sqlite | Database::SqliteInMemory => {
            Types { text: "text", double: "real", time: "text", generated: "integer primary key" }
        }
        Database::Postgres => {
            Types { text: "text", double: "float8", time: "timestamp", generated: "bigserial primary key" }
        }
        Database::Mariadb => Types {
            text: "varchar(100)",
            double: "double",
            time: "datetime(6)",
            generated: "bigint auto_increment primary key",
        },
    }
}

/// The tables that every case is given.
pub fn script(database: Database) -> String {
    let Types { text, double, time, generated } = types(database);
    let fields = format!(
        "name {text} not null, note text, age integer not null, score {double} not null, created {time} not null"
    );
    let key = if database.is_in_process() { "integer" } else { "bigint" };
    format!(
        "create table users (id {key} primary key, {fields}); \
         create table many_users (id bigint, {fields}); \
         create table bulk (id bigint, {fields}); \
         create table added (id {generated}, {fields}); \
         create table pairs (id bigint, name {text}); \
         create table people (id {generated}, name {text} not null, hair_color {text}); \
         create table posts (id {key} primary key, user_id bigint not null, title {text} not null, body text); \
         create table comments (id {key} primary key, post_id bigint not null, text {text} not null); \
         create index posts_of on posts (user_id); create index comments_of on comments (post_id); {}",
        users(database, "users", ROWS as usize)
    )
}

/// Takes all rows out of a table.
pub fn emptied(database: Database, table: &str) -> String {
    if database.is_in_process() { format!("delete from {table}") } else { format!("truncate {table}") }
}

/// So many rows into a table of users.
pub fn users(database: Database, table: &str, rows: usize) -> String {
    format!(
        "insert into {table} select n, concat('user number ', n), \
         case when n % 3 > 0 then concat('a note of some length for user ', n) end, n % 90, n / 7.0, \
         {} '2026-01-02 03:04:05.678901' {};",
        // It is no timestamp by itself where it comes out of a SELECT.
        if database == Database::Postgres { "timestamp" } else { "" },
        numbers(database, rows)
    )
}

/// So many people, with the other half of them in another colour.
pub fn people(database: Database, rows: usize) -> String {
    format!(
        "insert into people select n, concat('name ', n), case when n % 2 = 0 then 'black' else 'brown' end {};",
        numbers(database, rows)
    )
}

/// People with posts with comments.
pub fn associated(database: Database) -> String {
    let Associated { people: many, posts_of_each, comments_of_each } = ASSOCIATED;
    let posts = many * posts_of_each;
    format!(
        "{} insert into posts select n, (n - 1) / {posts_of_each} + 1, concat('title ', n), null {}; \
         insert into comments select n, (n - 1) / {comments_of_each} + 1, concat('text ', n) {};",
        people(database, many),
        numbers(database, posts),
        numbers(database, posts * comments_of_each),
    )
    .replace(" / ", if database == Database::Mariadb { " div " } else { " / " })
}

/// The rest of a SELECT that has the numbers from 1 as `n`.
fn numbers(database: Database, rows: usize) -> String {
    let from = match database {
        Database::Sqlite | Database::SqliteInMemory => format!(
            "(with recursive s(n) as (select 1 union all select n + 1 from s where n < {rows}) select n from s) as s"
        ),
        Database::Postgres => format!("generate_series(1, {rows}) as s(n)"),
        Database::Mariadb => format!("(select seq as n from seq_1_to_{rows}) as s"),
    };
    format!("from {from}")
}
