//! The runner against a third party's driver: the one that the guide shows.

#![allow(clippy::unwrap_used, reason = "tests stop at the first thing that is wrong")]

#[path = "../../../examples/driver/connection.rs"]
mod connection;
#[path = "../../../examples/driver/driver.rs"]
mod driver;
#[path = "../../../examples/driver/statements.rs"]
mod statements;

use driver::PlainDriver;
use sqlsession_conformance::{FileBackend, Options, run};
use sqlsession_core::engine::DriverEngine;

/// What the driver leaves out on purpose: options of the URL, databases in memory, READ UNCOMMITTED.
const LEFT_OUT: [&str; 12] = [
    "iso_conn_each [sqlite]",
    "iso_dirty_read [sqlite]",
    "iso_engine_underscore [sqlite]",
    "iso_levels [sqlite]",
    "iso_sqlite_readonly_url [sqlite]",
    "pool_memory_class [sqlite]",
    "pool_memory_shared_cache [sqlite]",
    "pool_memory_two_sessions [sqlite]",
    "sqlite_forms_02",
    "sqlite_locked [sqlite]",
    "sqlite_reader_while_writing [sqlite]",
    "sqlite_upgrade_conflict [sqlite]",
];

#[test]
fn the_driver_of_the_guide_fails_in_what_it_leaves_out_only() {
    let backend = FileBackend::sqlite(|url, options| {
        DriverEngine::<PlainDriver>::with_options(url, options).map(|engine| engine.to_async())
    });
    let report = run(&Options::embedded(), &[&backend]).unwrap();
    println!("{report}");
    // A decision about what is left out is met by no case.
    let failed = report.failures.iter().map(|failure| failure.case.as_str());
    let mut failed: Vec<&str> = failed.filter(|case| !case.starts_with("decision ")).collect();
    failed.sort_unstable();
    assert_eq!(failed, LEFT_OUT);
}
