use std::{
    process::Command,
    time::{Duration, Instant},
};

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

/// Set in the second process, whose variables are libpq's.
const CHILD: &str = "SQLSESSION_TEST_ZONE_URL";

async fn zone_and_first_of_february(url: &str) -> (String, String) {
    let engine = SqlxEngine::<Postgres>::new(url).unwrap();
    let asking = "select current_setting('timezone'), '01/02/2024'::date::text";
    engine.session_maker().session().one(asking).await.unwrap()
}

/// Over those that sqlx gives to each connection.
#[tokio::test]
async fn the_time_zone_and_the_date_style_are_those_of_the_options() {
    if let Ok(url) = std::env::var(CHILD) {
        println!("{:?}", zone_and_first_of_february(&url).await);
        return;
    }
    let database = PostgresDatabase::create().unwrap();
    let utc = ("UTC".to_owned(), "2024-01-02".to_owned());
    assert_eq!(zone_and_first_of_february(database.url()).await, utc);
    let berlin = ("Europe/Berlin".to_owned(), "2024-02-01".to_owned());
    for options in [
        "-c%20timezone%3DEurope/Berlin%20-c%20datestyle%3DISO,DMY",
        "--TimeZone%3DEurope/Berlin%20-cDateStyle%3DISO,%5C%20DMY",
    ] {
        let url = format!("{}?options={options}", database.url());
        assert_eq!(zone_and_first_of_february(&url).await, berlin, "{options}");
    }
    let child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "connecting::the_time_zone_and_the_date_style_are_those_of_the_options",
            "--nocapture",
        ])
        .env(CHILD, format!("{}?options=-c%20datestyle%3DDMY", database.url()))
        .env("PGOPTIONS", "-c timezone=Europe/Berlin -c datestyle=ISO,YMD")
        .output()
        .unwrap();
    let said = String::from_utf8(child.stdout).unwrap();
    assert!(said.contains(&format!("{berlin:?}")), "{said}");
    let wrong = format!("{}?options=-c%20timezone%3Dnowhere", database.url());
    let engine = SqlxEngine::<Postgres>::new(wrong.as_str()).unwrap();
    let error = engine.session_maker().session().execute("select 1").await.unwrap_err();
    assert_eq!(error.code(), Some("22023"), "{error:?}");
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
