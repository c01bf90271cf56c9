//! Migrations on every backend: once each, whole or not at all, by several processes at once.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test that panics has failed")]

mod applying;
mod embedded;
mod program;
mod refusing;
mod several;

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
use sqlsession::migrations::Migrations;

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
