//! What a session makes of what was done with SQLite's own client.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "they are tests")]

use sqlsession_core::{AsyncEngine, EngineOptions, pool::ResetOnReturn};
use sqlsession_sqlite::SqliteEngine;

fn engine(options: EngineOptions) -> AsyncEngine {
    SqliteEngine::with_options("sqlite://", options).unwrap().to_async()
}

#[tokio::test]
async fn a_transaction_of_the_drivers_client_is_reset_at_the_return() {
    for (reset, expected) in [(ResetOnReturn::Rollback, 0), (ResetOnReturn::Commit, 1)] {
        let engine = engine(EngineOptions::default().reset_on_return(reset));
        let maker = engine.session_maker();
        maker.begin(async |s| s.execute("create table t (id integer)").await).await.unwrap();
        let mut connection = engine.connect().await.unwrap();
        let client = connection.driver_connection::<rusqlite::Connection>().await.unwrap();
        client.execute_batch("begin; insert into t values (1)").unwrap();
        connection.close().await.unwrap();
        let count = maker.session().scalar_one::<i64>("select count(*) from t").await.unwrap();
        assert_eq!(count, expected, "{reset:?}");
    }
}

#[tokio::test]
async fn a_transaction_ended_behind_the_sessions_back_is_followed_by_another() {
    let engine = engine(EngineOptions::default());
    let maker = engine.session_maker();
    maker.begin(async |s| s.execute("create table t (id integer)").await).await.unwrap();
    let mut session = maker.session();
    session.execute("insert into t values (1)").await.unwrap();
    let client = session.driver_connection::<rusqlite::Connection>().await.unwrap();
    client.execute_batch("commit").unwrap();
    session.execute("insert into t values (2)").await.unwrap();
    session.rollback().await.unwrap();
    assert_eq!(session.scalars::<i64>("select id from t").await.unwrap(), [1]);
}
