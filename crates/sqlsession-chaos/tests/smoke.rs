//! A few seconds of chaos on every backend: enough to see that it works, and that nothing simple is broken.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use sqlsession_chaos::{Options, Target, run};

fn smoke(target: Target) {
    let program = env!("CARGO_BIN_EXE_sqlsession-chaos").into();
    let report = run(target, &Options { seconds: 5, seed: 20, program }).unwrap();
    println!("{report}");
    assert!(report.is_good(), "{report}");
    // Fewer would mean that this has proved nothing.
    assert!(report.acknowledged() > 20, "{report}");
    assert!(report.faults().sum() > 2 && report.cancels().sum() > 5, "{report}");
}

#[test]
fn on_sqlite() {
    smoke(Target::Sqlite);
}

#[test]
fn on_postgres() {
    smoke(Target::Postgres);
}

#[test]
fn on_mariadb() {
    smoke(Target::Mariadb);
}
