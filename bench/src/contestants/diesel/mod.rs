//! Diesel as its documentation recommends: the query builder, statements cached by the connection, its transactions;
//! diesel-async for the servers, and on deadpool. Diesel itself, which blocks, on SQLite only: for the servers it wants their
//! C libraries. What belongs to rows is asked for by `eq_any`, which is what `belonging_to` writes.

mod blocking;
mod by_await;
mod tables;
mod works;

pub use blocking::Blocking;
pub use by_await::{Mysql, Postgres, Sqlite};
