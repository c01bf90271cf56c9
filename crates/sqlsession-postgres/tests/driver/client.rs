use std::time::Duration;

use sqlsession_postgres::{
    EngineOptions, PostgresClient, SessionOptions, core::driver::IsolationLevel, tokio_postgres,
};
use tokio::time::timeout;

use crate::database::Database;

#[tokio::test]
async fn copies_are_part_of_the_transaction() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_and_commit("create table t (n int, name text)").await.unwrap();
    for durable in [false, true] {
        let client = session.driver_connection::<PostgresClient>().await.unwrap();
        let mut copy = client.copy_in("copy t from stdin").await.unwrap();
        copy.send("1\tAda\n2\tGr").await.unwrap();
        copy.send("ace\n").await.unwrap();
        assert_eq!(copy.finish().await.unwrap(), 2);
        let mut copy = client.copy_out("copy (select name from t order by n) to stdout").await.unwrap();
        let mut data = Vec::new();
        while let Some(piece) = copy.next().await {
            data.extend_from_slice(&piece.unwrap());
        }
        assert_eq!(data, b"Ada\nGrace\n");
        if durable {
            session.commit().await.unwrap();
        } else {
            session.rollback().await.unwrap();
        }
    }
    assert_eq!(database.ask("select count(*) from t"), "2");
}

#[tokio::test]
async fn a_copy_that_is_refused_or_dropped_fails_its_transaction() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_and_commit("create table t (n int)").await.unwrap();
    let client = session.driver_connection::<PostgresClient>().await.unwrap();
    let mut copy = client.copy_in("copy t from stdin").await.unwrap();
    copy.send("1\nx\n").await.unwrap();
    assert_eq!(copy.finish().await.unwrap_err().code(), Some("22P02"));
    assert!(session.commit().await.is_err());
    session.rollback().await.unwrap();
    let client = session.driver_connection::<PostgresClient>().await.unwrap();
    let mut copy = client.copy_in("copy t from stdin").await.unwrap();
    copy.send("1\n").await.unwrap();
    drop(copy);
    assert!(session.execute("select 1").await.is_err());
    session.rollback().await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 0);
}

#[tokio::test]
async fn notifications_arrive_until_the_connection_goes_back() {
    let database = Database::with(EngineOptions::default().pool_size(1).max_overflow(0));
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut connection = database.engine.connect_with(autocommit).await.unwrap();
    let client = connection.driver_connection::<PostgresClient>().await.unwrap();
    let mut notifications = client.listen("say \"hi\"").await.unwrap();
    database.ask(
        "select pg_notify('say \"hi\"', 'one'), pg_notify('say \"hi\"', 'two'), pg_notify('other', 'x')",
    );
    let limit = Duration::from_secs(20);
    for payload in ["one", "two"] {
        let said = timeout(limit, notifications.next()).await.unwrap().unwrap();
        assert_eq!((said.channel.as_str(), said.payload.as_str()), ("say \"hi\"", payload));
        assert!(said.process_id > 0);
    }
    connection.close().await.unwrap();
    assert_eq!(timeout(limit, notifications.next()).await.unwrap(), None);
    let mut next = database.session();
    assert_eq!(next.scalar_one::<i64>("select count(*) from pg_listening_channels()").await.unwrap(), 0);
}

const LISTENS: &str = "select count(*) from pg_listening_channels()";

#[tokio::test]
async fn what_listens_by_a_text_listens_no_more_when_the_connection_goes_back() {
    let database = Database::with(EngineOptions::default().pool_size(1).max_overflow(0));
    for way in ["execute", "script", "prepared", "raw", "rolled back"] {
        let mut session = database.engine.connect().await.unwrap();
        match way {
            "script" => session.execute_script("select 1; listen news; select 2").await.unwrap(),
            "raw" => {
                let client = session.driver_connection::<PostgresClient>().await.unwrap();
                client.batch_execute("listen news").await.unwrap();
            }
            _ => {
                for _ in 0..if way == "prepared" { 3 } else { 1 } {
                    session.execute("listen news").await.unwrap();
                }
            }
        }
        if way == "rolled back" {
            session.rollback().await.unwrap();
        } else {
            session.commit().await.unwrap();
            assert_eq!(session.scalar_one::<i64>(LISTENS).await.unwrap(), 1, "{way}");
        }
        session.close().await.unwrap();
        let mut next = database.session();
        assert_eq!(next.scalar_one::<i64>(LISTENS).await.unwrap(), 0, "{way}");
    }
}

#[test]
fn what_listens_by_a_text_listens_no_more_in_a_blocking_engine() {
    let database = Database::create();
    let engine = database.blocking();
    let mut session = engine.session_maker().session();
    let pid = session.scalar_one::<i32>("select pg_backend_pid()").unwrap();
    session.execute("listen news").unwrap();
    session.commit().unwrap();
    session.close().unwrap();
    let mut next = engine.session_maker().session();
    assert_eq!(next.scalar_one::<i32>("select pg_backend_pid()").unwrap(), pid);
    assert_eq!(next.scalar_one::<i64>(LISTENS).unwrap(), 0);
}

#[tokio::test]
async fn the_raw_client_is_tokio_postgres_and_knows_its_host() {
    let database = Database::create();
    let mut session = database.session();
    let client = session.driver_connection::<PostgresClient>().await.unwrap();
    assert!(!client.host().to_string().is_empty());
    let raw: &tokio_postgres::Client = client;
    let row = raw.query_one("select $1::int + 1", &[&1_i32]).await.unwrap();
    assert_eq!(row.get::<_, i32>(0), 2);
}
