//! The clients on PostgreSQL: another URL, and nothing else is different.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use sqlsession::{
    AsyncDatabase, Database, ErrorKind, FromRow, Result, Session,
    postgres::{PostgresClient, tokio_postgres},
    text,
};
use sqlsession_test_servers::PostgresDatabase;

#[derive(Debug, PartialEq, FromRow)]
struct User {
    id: i64,
    name: String,
    born: Option<sqlsession::value::Date>,
}

const TABLE: &str = "create table users (id bigint primary key, name text not null unique, born date)";

fn insert(id: i64, name: &'static str) -> sqlsession::Statement {
    text("insert into users (id, name) values (:id, :name)").bind("id", id).bind("name", name)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_code_runs_by_await() {
    let place = PostgresDatabase::create().unwrap();
    let db = AsyncDatabase::create(place.url()).unwrap();
    db.execute(TABLE).await.unwrap();
    db.execute(insert(1, "Ada")).await.unwrap();
    let failed = db
        .session_maker()
        .begin(async |session| {
            session.execute(insert(2, "Grace")).await?;
            session.execute(insert(3, "Ada")).await.map(drop)
        })
        .await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::UniqueViolation);
    let counted = tokio::spawn({
        let db = db.clone();
        async move {
            db.session_maker()
                .begin(async |session| {
                    session.nested(async |inner| inner.execute(insert(4, "Edith")).await.map(drop)).await?;
                    session.scalar_one::<i64>("select count(*) from users").await
                })
                .await
        }
    });
    assert_eq!(counted.await.unwrap().unwrap(), 2);
    let mut session = db.session_maker().session();
    let users: Vec<User> = session.all("select * from users order by id").await.unwrap();
    assert_eq!(users[0], User { id: 1, name: "Ada".into(), born: None });
    let named = text("select name from users where id in :ids order by id").bind("ids", vec![1_i64, 4, 9]);
    assert_eq!(session.scalars::<String>(named).await.unwrap(), ["Ada", "Edith"]);
    assert_eq!(db.scalar::<i64>("select count(*) from users").await.unwrap(), Some(2));
}

#[tokio::test]
async fn a_unit_runs_off_the_runtime() {
    let place = PostgresDatabase::create().unwrap();
    let db = AsyncDatabase::create(place.url()).unwrap();
    db.execute(TABLE).await.unwrap();
    let names: Result<Vec<String>> = db
        .run_sync(|session| {
            session.execute(insert(1, "Ada"))?;
            session.scalars("select name from users")
        })
        .await;
    assert_eq!(names.unwrap(), ["Ada"]);
    assert_eq!(place.query("select count(*) from users").unwrap(), "1");
}

#[test]
fn the_same_code_runs_by_blocking_calls() {
    let place = PostgresDatabase::create().unwrap();
    let db = Database::create(place.url()).unwrap();
    db.execute(TABLE).unwrap();
    let threads: Vec<_> = (0..8)
        .map(|thread| {
            let db = db.clone();
            std::thread::spawn(move || {
                for number in 0..25 {
                    let id = thread * 100 + number;
                    db.session_maker()
                        .begin(|session| {
                            let insert =
                                text("insert into users (id, name) values (:id, 'n' || :id::bigint)");
                            session.execute(insert.bind("id", id)).map(drop)
                        })
                        .unwrap();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(db.scalar::<i64>("select count(*) from users").unwrap(), Some(200));
    let mut session = db.session_maker().session();
    session.execute("delete from users").unwrap();
    drop(session);
    assert_eq!(
        place.query("select count(*) from users").unwrap(),
        "200",
        "what was dropped is undone by now"
    );
    db.engine().dispose().unwrap();
}

#[tokio::test]
async fn a_blocking_client_in_an_async_task_is_an_error_and_may_be_dropped_there() {
    let place = PostgresDatabase::create().unwrap();
    let url = place.url().to_owned();
    let db = tokio::task::spawn_blocking(move || {
        let db = Database::create(url).unwrap();
        db.execute(TABLE).unwrap();
        db
    })
    .await
    .unwrap();
    assert_eq!(db.execute("select 1").unwrap_err().kind(), ErrorKind::InvalidState);
    drop(db);
}

#[tokio::test]
async fn the_raw_client_is_reached_through_any_session() {
    let place = PostgresDatabase::create().unwrap();
    let db = AsyncDatabase::create(place.url()).unwrap();
    let mut session = db.session_maker().session();
    let client = session.driver_connection::<PostgresClient>().await.unwrap();
    let raw: &tokio_postgres::Client = client;
    raw.batch_execute("create table by_hand (n int)").await.unwrap();
    session.rollback().await.unwrap();
    assert_eq!(place.query("select to_regclass('by_hand') is null").unwrap(), "t", "it was part of the unit");
    let mut boxed: Box<dyn Session> = session.into_inner();
    assert!(boxed.raw().await.unwrap().is::<PostgresClient>());
}

#[test]
fn names_of_python_drivers_choose_the_same() {
    for url in [
        "postgresql+asyncpg://user:s3cret@host/dbname",
        "postgresql+psycopg2://user:s3cret@host/dbname",
        "postgresql+psycopg://user:s3cret@host/dbname?sslmode=disable",
        "postgres://user@host",
        "postgresql+tokio-postgres://user@host",
    ] {
        let db = AsyncDatabase::create(url).unwrap();
        assert_eq!(db.engine().dialect().name, "postgresql", "{url}");
        assert!(!format!("{db:?}").contains("s3cret"), "{db:?}");
    }
    let error = AsyncDatabase::create("postgresql://user@host?sslmod=require").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.message().contains("sslmode"), "{error}");
}
