//! What is wrong is refused with the right kind of error, names its culprit, and loses nothing.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test that panics has failed")]

mod places;
mod secrets;
mod statements;
mod states;
mod urls;
mod values;

use std::fmt::Debug;

use sqlsession::{ErrorKind, Result};

/// Asserts the kind, and that the message names the culprit.
#[track_caller]
fn refused<T: Debug>(result: Result<T>, kind: ErrorKind, culprit: &str) {
    let error = result.expect_err(culprit);
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.message().contains(culprit), "{error} does not say {culprit:?}");
}
