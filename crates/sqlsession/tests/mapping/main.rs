//! Mapped types on every backend: their tables, and what comes back of what was stored.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test that panics has failed")]

mod creating;
mod enums;
mod generated;
mod many_rows;
mod rows;
mod statements;
mod stored;

#[path = "../place/mod.rs"]
mod place;

/// A test of each of these for each backend, in a module of its name.
macro_rules! on_each_backend {
    ($($check:ident)+) => {$(
        mod $check {
            use super::$check;
            use crate::place::Place;

            #[tokio::test]
            async fn sqlite() {
                $check(&Place::sqlite()).await;
            }

            #[tokio::test]
            async fn postgres() {
                $check(&Place::postgres()).await;
            }

            #[tokio::test]
            async fn mysql() {
                $check(&Place::mysql()).await;
            }
        }
    )+};
}

pub(crate) use on_each_backend;
