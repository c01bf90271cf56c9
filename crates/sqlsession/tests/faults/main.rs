//! What a pool does when sessions are left, servers fail and engines end, on every backend.
//!
//! The times that are measured are printed: `cargo test -p sqlsession --all-features --test faults -- --nocapture`.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test that panics has failed")]
#![allow(clippy::needless_pass_by_value, reason = "a check has its place to itself, and ends with it")]

mod down;
mod durable;
mod ends;
mod leftovers;
mod locks;
mod locks_blocking;
mod retries;

mod own_server;
mod place;

/// A test of each of these for each backend, in a module of its name.
macro_rules! on_each_backend {
    ($($check:ident)+) => {$(
        mod $check {
            use super::$check;
            use crate::place::Place;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $check(Place::sqlite()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                $check(Place::postgres()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn mysql() {
                $check(Place::mysql()).await;
            }
        }
    )+};
}

/// As [`on_each_backend`], of blocking code.
macro_rules! on_each_backend_blocking {
    ($($check:ident)+) => {$(
        mod $check {
            use super::$check;
            use crate::place::Place;

            #[test]
            fn sqlite() {
                $check(Place::sqlite());
            }

            #[test]
            fn postgres() {
                $check(Place::postgres());
            }

            #[test]
            fn mysql() {
                $check(Place::mysql());
            }
        }
    )+};
}

use {on_each_backend, on_each_backend_blocking};
