//! The unit of work: how entities are written and read, on every backend.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test that panics has failed")]

mod blocking_face;
mod counted;
mod failed;
mod generated;
mod last_statement;
mod long_texts;
mod pending;
mod place;
mod shapes;
mod sqlite_keys;
mod types;
mod user;
mod value_row;

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

use on_each_backend;
