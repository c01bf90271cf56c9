//! MariaDB, and MySQL where it is given, by sqlx behaves as recorded.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use sqlsession_conformance::{Options, ServerBackend, run};
use sqlsession_core::DatabaseUrl;
use sqlsession_sqlx::{SqlxEngine, sqlx_mysql::MySql};

#[test]
fn the_driver_behaves_as_recorded() {
    let server = sqlsession_test_servers::mysql_url().unwrap();
    let backend = ServerBackend::mysql(DatabaseUrl::parse(server).unwrap(), |url, options| {
        SqlxEngine::<MySql>::with_options(url, options).map(|engine| engine.to_async())
    });
    let report = run(&Options::embedded(), &[&backend]).unwrap();
    assert!(report.is_success(), "{report}");
    assert!(report.passed > 400, "{report}");
}
