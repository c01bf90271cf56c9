//! The MySQL driver behaves as recorded.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use sqlsession_conformance::{Backend, Options, ServerBackend, run};
use sqlsession_core::{DatabaseUrl, EngineOptions, SessionOptions, driver::IsolationLevel, text};
use sqlsession_mysql::MysqlEngine;

fn backend() -> ServerBackend {
    let server = sqlsession_test_servers::mysql_url().unwrap();
    ServerBackend::mysql(DatabaseUrl::parse(server).unwrap(), |url, options| {
        MysqlEngine::with_options(url, options).map(|engine| engine.to_async())
    })
}

#[test]
fn the_driver_behaves_as_recorded() {
    let report = run(&Options::embedded(), &[&backend()]).unwrap();
    assert!(report.is_success(), "{report}");
    assert!(report.passed > 400, "{report}");
}

#[tokio::test]
async fn a_database_is_empty_and_is_gone_in_the_end() {
    let backend = backend();
    let [first, second] =
        [backend.create_database().await.unwrap(), backend.create_database().await.unwrap()];
    let open = |url| backend.engine(url, EngineOptions::default()).unwrap();
    const TABLES: &str = "select count(*) from information_schema.tables where table_schema = database()";
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut outside = open(first.url()).connect_with(autocommit).await.unwrap();
    outside.execute("create table t (n int)").await.unwrap();
    let of_second = open(second.url());
    let mut session = of_second.session_maker().session();
    assert_eq!(session.scalar_one::<i64>(TABLES).await.unwrap(), 0);
    // Those of other databases live on.
    assert_eq!(first.kill_all(&mut outside).await.unwrap(), Some(0));
    let of_first = open(first.url());
    let mut victims = [of_first.session_maker().session(), of_first.session_maker().session()];
    for victim in &mut victims {
        assert_eq!(victim.scalar_one::<i64>(TABLES).await.unwrap(), 1);
    }
    assert_eq!(first.kill_all(&mut outside).await.unwrap(), Some(2));
    for victim in &mut victims {
        assert!(victim.scalar_one::<i64>(TABLES).await.unwrap_err().is_disconnect());
    }
    assert_eq!(session.scalar_one::<i64>(TABLES).await.unwrap(), 0);
    let gone = first.place("db").unwrap();
    first.remove().await.unwrap();
    let left =
        text("select count(*) from information_schema.schemata where schema_name = :name").bind("name", gone);
    assert_eq!(session.scalar_one::<i64>(left).await.unwrap(), 0);
    second.remove().await.unwrap();
}
