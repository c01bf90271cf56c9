//! Migrations on every backend: once each, whole or not at all, by several processes at once.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test that panics has failed")]

mod applying;
mod embedded;
mod foreign_keys;
mod program;
mod refusing;
mod session_settings;
mod several;
mod transaction_control;

#[path = "../place/mod.rs"]
mod place;

/// A test of each of these for each backend, in a module of its name.
macro_rules! on_each_backend {
    ($($check:ident)+) => {$(
        mod $check {
            use super::$check;
            use crate::place::Place;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $check(&Place::sqlite()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                $check(&Place::postgres()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn mysql() {
                $check(&Place::mysql()).await;
            }
        }
    )+};
}

pub(crate) use on_each_backend;
use sqlsession::{AsyncDatabase, DatabaseOptions, EngineOptions, migrations::Migrations};

pub(crate) const INIT: (&str, &str) =
    ("V1__init.sql", "create table users (id integer primary key, name varchar(80) not null);");
pub(crate) const FILL: (&str, &str) = (
    "V2__fill.sql",
    "-- two of them; and no third\n insert into users values (1, 'Ada; :x');\n insert into users values (2, 'Grace');\n",
);

pub(crate) fn migrations<const N: usize>(files: [(&str, &str); N]) -> Migrations {
    Migrations::new(files).unwrap()
}

/// The names, as a status says them.
pub(crate) fn names(status: &[sqlsession::migrations::MigrationStatus]) -> Vec<String> {
    status.iter().map(|migration| migration.name.clone()).collect()
}

/// A database whose pool has one connection: whoever comes next has the same.
pub(crate) fn one_connection(url: String) -> AsyncDatabase {
    let engine = EngineOptions::default().pool_size(1).max_overflow(0);
    AsyncDatabase::create_with(url, DatabaseOptions::default().engine(engine)).unwrap()
}

/// The URL as it is and, where that is compiled in, for sqlx.
pub(crate) fn drivers() -> Vec<fn(&str) -> String> {
    let mut drivers: Vec<fn(&str) -> String> = vec![str::to_owned];
    if cfg!(all(feature = "sqlx-sqlite", feature = "sqlx-mysql", feature = "sqlx-postgres")) {
        drivers.push(|url| url.replacen("://", "+sqlx://", 1));
    }
    drivers
}
