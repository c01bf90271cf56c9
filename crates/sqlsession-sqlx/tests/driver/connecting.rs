use std::time::{Duration, Instant};

use sqlsession_sqlx::{ErrorKind, SqlxEngine, sqlx_postgres::Postgres, sqlx_sqlite::Sqlite, text};
use sqlsession_test_servers::PostgresDatabase;

#[tokio::test]
async fn a_role_may_be_set_at_the_start() {
    let database = PostgresDatabase::create().unwrap();
    // A role without rights, which may not know when its user's processes began, nor stop them.
    let url = format!("{}?options=-c%20role%3Dpg_signal_backend", database.url());
    let engine = SqlxEngine::<Postgres>::new(url.as_str()).unwrap();
    let mut session = engine.session_maker().session();
    let role: String = session.scalar_one("select current_user::text").await.unwrap();
    assert_eq!(role, "pg_signal_backend");
    let begun = Instant::now();
    let sleeping = text("select pg_sleep(60)").timeout(Duration::from_millis(50));
    assert_eq!(session.execute(sleeping).await.unwrap_err().kind(), ErrorKind::StatementTimeout);
    assert!(begun.elapsed() < Duration::from_secs(30));
    session.rollback().await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select 7").await.unwrap(), 7);
}

#[tokio::test]
async fn a_uri_can_have_options_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db").display().to_string();
    let session = |name: String| {
        SqlxEngine::<Sqlite>::new(format!("sqlite:///{name}").as_str()).unwrap().session_maker().session()
    };
    let mut setup = session(format!("{path}?journal_mode=delete"));
    setup.execute_and_commit("create table t (n int)").await.unwrap();
    for options in ["vfs=unix", "immutable=1", "immutable=1&vfs=unix"] {
        let mut session = session(format!("file:{path}?uri=true&journal_mode=keep&{options}"));
        assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 0, "{options}");
    }
}
