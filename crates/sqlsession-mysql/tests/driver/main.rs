//! The driver on a real server: MariaDB, or what `SQLSESSION_MYSQL_URL` names.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bulk;
mod cancel;
mod database;
mod doubts;
mod errors;
mod killed;
mod load;
mod lost;
mod many;
mod multi;
mod raw;
mod row_sets;
mod scripts;
mod statements;
mod streams;
mod transactions;
mod types;
mod warnings;
