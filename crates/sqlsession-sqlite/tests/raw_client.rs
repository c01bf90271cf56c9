//! What a session makes of what was done with SQLite's own client.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "they are tests")]

use std::time::Duration;

use sqlsession_core::{
    AsyncEngine, AsyncSession, EngineOptions, ErrorKind, IsolationLevel, SessionOptions, pool::ResetOnReturn,
};
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
        let options = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
        let mut connection = engine.connect_with(options).await.unwrap();
        let client = connection.driver_connection::<rusqlite::Connection>().await.unwrap();
        client.execute_batch("begin; insert into t values (1)").unwrap();
        connection.close().await.unwrap();
        let count = maker.session().scalar_one::<i64>("select count(*) from t").await.unwrap();
        assert_eq!(count, expected, "{reset:?}");
    }
}

#[tokio::test]
async fn what_is_done_on_the_drivers_client_belongs_to_the_transaction() {
    let engine = engine(EngineOptions::default());
    let maker = engine.session_maker();
    maker.begin(async |s| s.execute("create table t (id integer)").await).await.unwrap();
    let mut session = maker.session();
    let mut connection = engine.connect().await.unwrap();
    for (commit, expected) in [(false, 0), (true, 1)] {
        let client = session.driver_connection::<rusqlite::Connection>().await.unwrap();
        assert!(!client.is_autocommit());
        client.execute("insert into t values (1)", []).unwrap();
        assert!(session.in_transaction());
        let ended = if commit { session.commit().await } else { session.rollback().await };
        ended.unwrap();
        assert_eq!(connection.scalar_one::<i64>("select count(*) from t").await.unwrap(), expected);
        connection.rollback().await.unwrap();
    }
    let client = connection.driver_connection::<rusqlite::Connection>().await.unwrap();
    client.execute("insert into t values (2)", []).unwrap();
    connection.rollback().await.unwrap();
    assert_eq!(connection.scalars::<i64>("select id from t").await.unwrap(), [1]);
}

#[tokio::test]
async fn the_drivers_client_works_inside_the_savepoints() {
    let engine = engine(EngineOptions::default());
    let maker = engine.session_maker();
    maker.begin(async |s| s.execute("create table t (id integer)").await).await.unwrap();
    let mut session = maker.session();
    let insert = async |session: &mut AsyncSession, id: i64| {
        let client = session.driver_connection::<rusqlite::Connection>().await.unwrap();
        client.execute("insert into t values (?1)", [id]).unwrap();
    };
    insert(&mut session, 1).await;
    let savepoint = session.begin_nested().await.unwrap();
    insert(&mut session, 2).await;
    session.rollback_to(savepoint).await.unwrap();
    session.commit().await.unwrap();
    // As the first thing that is done in the transaction, too.
    let savepoint = session.begin_nested().await.unwrap();
    insert(&mut session, 3).await;
    session.rollback_to(savepoint).await.unwrap();
    session.commit().await.unwrap();
    assert_eq!(session.scalars::<i64>("select id from t").await.unwrap(), [1]);
}

#[tokio::test]
async fn the_drivers_client_has_no_transaction_in_autocommit() {
    let engine = engine(EngineOptions::default());
    let options = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut session = engine.session_maker_with(options).session();
    let client = session.driver_connection::<rusqlite::Connection>().await.unwrap();
    assert!(client.is_autocommit());
    client.execute_batch("create table t (id integer); insert into t values (1); vacuum").unwrap();
    session.rollback().await.unwrap();
    assert_eq!(session.scalars::<i64>("select id from t").await.unwrap(), [1]);
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

/// SQLite rolls back by itself, and tells it to the user of its own client only.
#[tokio::test]
async fn a_transaction_rolled_back_behind_the_sessions_back_is_not_committed_by_half() {
    let engine = engine(EngineOptions::default());
    let maker = engine.session_maker();
    maker.begin(async |s| s.execute("create table t (id integer primary key)").await).await.unwrap();
    for commits in [true, false] {
        let mut session = maker.session();
        session.execute("insert into t values (1)").await.unwrap();
        let client = session.driver_connection::<rusqlite::Connection>().await.unwrap();
        client.execute("insert or rollback into t values (1)", []).unwrap_err();
        let refused = if commits {
            session.commit().await.unwrap_err()
        } else {
            session.execute("insert into t values (2)").await.unwrap_err()
        };
        assert_eq!(refused.kind(), ErrorKind::InvalidState, "{refused}");
        assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::InvalidState);
        session.rollback().await.unwrap();
        assert_eq!(session.scalars::<i64>("select id from t").await.unwrap(), [0; 0]);
    }
}

/// A constraint that refuses a statement of its own has SQLite roll that back.
#[tokio::test]
async fn what_the_drivers_client_has_committed_is_not_told_to_be_rolled_back() {
    let engine = engine(EngineOptions::default());
    let maker = engine.session_maker();
    maker.begin(async |s| s.execute("create table t (id integer primary key)").await).await.unwrap();
    let mut session = maker.session();
    session.execute("insert into t values (1)").await.unwrap();
    let client = session.driver_connection::<rusqlite::Connection>().await.unwrap();
    client.execute_batch("commit").unwrap();
    client.execute("insert into t values (1)", []).unwrap_err();
    session.commit().await.unwrap();
    assert_eq!(session.scalars::<i64>("select id from t").await.unwrap(), [1]);
}

#[tokio::test]
async fn the_drivers_client_is_not_stopped_by_a_cancel_that_is_over() {
    let options = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut connection = engine(EngineOptions::default()).connect_with(options).await.unwrap();
    let count = |limit: &str| {
        format!(
            "with recursive c(n) as (select 1 union all select n + 1 from c {limit}) select count(*) from c"
        )
    };
    let endless = connection.execute(count(""));
    tokio::time::timeout(Duration::from_millis(50), endless).await.unwrap_err();
    connection.rollback().await.unwrap();
    let client = connection.driver_connection::<rusqlite::Connection>().await.unwrap();
    // Long enough for the progress handler to look.
    let counted = client.query_row(&count("limit 100000"), [], |row| row.get::<_, i64>(0));
    assert_eq!(counted, Ok(100_000));
}
