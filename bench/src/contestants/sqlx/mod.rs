//! sqlx as its documentation recommends: `query_as` into structs, statements cached by the connection, `QueryBuilder` for
//! many rows, its pool with its defaults.

mod works;

use crate::users::{DOLLARS, MARKS};

works::contestant!(Sqlite, sqlx::Sqlite, MARKS, |place| sqlx::sqlite::SqliteConnectOptions::new()
    .filename(&place.at)
    .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
    .synchronous(sqlx::sqlite::SqliteSynchronous::Normal));
works::contestant!(Postgres, sqlx::Postgres, DOLLARS, |place| place
    .at
    .parse::<sqlx::postgres::PgConnectOptions>()?
    .ssl_mode(sqlx::postgres::PgSslMode::Disable));
works::contestant!(MySql, sqlx::MySql, MARKS, |place| place
    .at
    .parse::<sqlx::mysql::MySqlConnectOptions>()?
    .ssl_mode(sqlx::mysql::MySqlSslMode::Disabled));
