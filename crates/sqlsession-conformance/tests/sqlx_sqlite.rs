//! SQLite by sqlx behaves as recorded.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use sqlsession_conformance::{FileBackend, Options, run};
use sqlsession_sqlx::{SqlxEngine, sqlx_sqlite::Sqlite};

#[test]
fn the_driver_behaves_as_recorded() {
    let backend = FileBackend::sqlite(|url, options| {
        SqlxEngine::<Sqlite>::with_options(url, options).map(|engine| engine.to_async())
    });
    let report = run(&Options::embedded(), &[&backend]).unwrap();
    assert!(report.is_success(), "{report}");
    assert!(report.passed > 400, "{report}");
}
