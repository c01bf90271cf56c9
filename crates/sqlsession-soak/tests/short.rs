//! A few seconds of it: that all units do what they should.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use sqlsession_soak::{Backend, run};

fn check(backend: Backend) {
    let report = run(backend, 3).unwrap();
    println!("{report}");
    assert!(report.is_good(), "{report}");
}

#[test]
fn on_sqlite() {
    check(Backend::Sqlite);
}

#[test]
fn on_postgres() {
    check(Backend::Postgres);
}

#[test]
fn on_mysql() {
    check(Backend::Mysql);
}
