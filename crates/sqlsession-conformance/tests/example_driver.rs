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
use sqlsession_core::{ErrorKind, SessionOptions, driver::IsolationLevel, engine::DriverEngine};

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

#[test]
fn the_driver_of_the_guide_runs_a_stream_that_writes_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:///{}", folder.path().join("x.db").display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let engine = DriverEngine::<PlainDriver>::new(url.as_str()).unwrap().to_async();
        let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
        let mut connection = engine.connect_with(autocommit).await.unwrap();
        let tables = "pragma foreign_keys = on; create table parent (n integer primary key); \
                      create table child (n integer references parent deferrable initially deferred)";
        connection.execute_script(tables).await.unwrap();
        let orphans = "with recursive c(n) as (select 1 union all select n + 1 from c where n < 3000) \
                       insert into child select n from c returning n";
        let mut rows = connection.stream(orphans).await.unwrap();
        rows.next().await.unwrap().unwrap();
        drop(rows);
        // That they have no parents comes out at the commit, which is its end: nobody else would hear of it.
        let error = connection.execute("select 1").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation, "{error}");
    });
}
