use std::time::Duration;

use sqlsession_mysql::{
    EngineOptions, ErrorKind, MysqlEngine,
    mysql_async::{Conn, prelude::Queryable},
};
use tokio::time::timeout;

use crate::database::Database;

fn one() -> EngineOptions {
    EngineOptions::default().pool_size(1).max_overflow(0)
}

#[tokio::test]
async fn the_raw_client_works_in_the_sessions_transaction() {
    let database = Database::with(one());
    let mut session = database.session();
    session.execute_and_commit("create table t (n int)").await.unwrap();
    for durable in [false, true] {
        let conn = session.driver_connection::<Conn>().await.unwrap();
        conn.exec_drop("insert into t values (?)", (7,)).await.unwrap();
        // The answer to this says nothing of the transaction.
        conn.prep("select 1").await.unwrap();
        if durable {
            session.commit().await.unwrap();
        } else {
            session.rollback().await.unwrap();
        }
    }
    let conn = session.driver_connection::<Conn>().await.unwrap();
    conn.query_drop("insert into t values (8)").await.unwrap();
    conn.prep("select 1").await.unwrap();
    drop(session);
    assert_eq!(database.session().scalar_one::<i64>("select count(*) from t").await.unwrap(), 1);
    assert_eq!(database.ask("select n from t"), "7");
}

#[tokio::test]
async fn what_the_raw_client_wrote_is_not_committed_by_a_savepoint() {
    let database = Database::with(one());
    database.ask("create table t (n int)");
    let mut session = database.session();
    let conn = session.driver_connection::<Conn>().await.unwrap();
    conn.query_drop("insert into t values (7)").await.unwrap();
    session.begin_nested().await.unwrap();
    session.execute("insert into t values (8)").await.unwrap();
    session.rollback().await.unwrap();
    session.close().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "0");
}

/// With no transaction of its own the server would take the savepoint for one of autocommit, which is gone at once.
#[tokio::test]
async fn a_savepoint_behind_a_raw_client_that_has_done_nothing_can_be_rolled_back_to() {
    let database = Database::with(one());
    database.ask("create table t (n int)");
    for ends in ["", "insert into t values (7); commit"] {
        let mut session = database.session();
        let conn = session.driver_connection::<Conn>().await.unwrap();
        if !ends.is_empty() {
            conn.query_drop(ends).await.unwrap();
        }
        let savepoint = session.begin_nested().await.unwrap();
        session.execute("insert into t values (8)").await.unwrap();
        session.rollback_to(savepoint).await.unwrap();
        session.execute("insert into t values (9)").await.unwrap();
        session.rollback().await.unwrap();
    }
    assert_eq!(database.ask("select n from t"), "7");
}

#[tokio::test]
async fn what_the_raw_client_left_unread_reaches_nobody() {
    let database = Database::with(one());
    let mut session = database.session();
    for _ in 0..2 {
        let conn = session.driver_connection::<Conn>().await.unwrap();
        drop(conn.query_iter("select 1; select nonsense; select 2").await.unwrap());
        assert_eq!(session.scalar_one::<i32>("select 7").await.unwrap(), 7);
        let conn = session.driver_connection::<Conn>().await.unwrap();
        drop(conn.query_iter("select 1; select nonsense; select 2").await.unwrap());
        session.close().await.unwrap();
        session = database.session();
        assert_eq!(session.scalar_one::<i32>("select 8").await.unwrap(), 8);
    }
}

#[tokio::test]
async fn a_dropped_future_of_the_raw_client_answers_no_statement() {
    let database = Database::with(one());
    for _ in 0..3 {
        let mut session = database.session();
        let conn = session.driver_connection::<Conn>().await.unwrap();
        let slow = conn.query_drop("select sleep(0.2)");
        assert!(timeout(Duration::from_millis(20), slow).await.is_err());
        let error = session.scalar_one::<i32>("select 7").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionLost);
        assert!(error.message().contains("raw client"), "{error}");
        drop(session);
        assert_eq!(database.session().scalar_one::<i32>("select 8").await.unwrap(), 8);
    }
}

#[tokio::test]
async fn statements_are_prepared_again_after_the_raw_client_has_reset_its_connection() {
    let database = Database::with(one());
    let mut session = database.session();
    for round in 0..3 {
        for n in 0..3 {
            let mut stream = session.stream(format!("select {n}")).await.unwrap();
            assert_eq!(stream.next().await.unwrap().unwrap().get::<i32>(0).unwrap(), n, "round {round}");
        }
        let many = session.execute_many("set @n = :n", [[("n", 1)], [("n", 2)]]).await;
        many.unwrap();
        session.driver_connection::<Conn>().await.unwrap().reset().await.unwrap();
    }
}

/// The server looks names up when it prepares a statement, and not when that runs.
#[tokio::test]
async fn what_is_prepared_is_of_the_database_in_use() {
    let database = Database::with(one());
    let mut session = database.session();
    let own: String = session.scalar_one("select database()").await.unwrap();
    let other = format!("{own}_other");
    session.execute(format!("create database {other}")).await.unwrap();
    for (name, n) in [(&own, 1), (&other, 2)] {
        session.execute(format!("create table {name}.t (n int)")).await.unwrap();
        session.execute_and_commit(format!("insert into {name}.t values ({n})")).await.unwrap();
    }
    for round in 0..3 {
        for (name, n) in [(&own, 1), (&other, 2)] {
            session.execute(format!("use {name}")).await.unwrap();
            assert_eq!(session.scalar_one::<i64>("select n from t").await.unwrap(), n, "round {round}");
        }
    }
    session.execute_script(format!("do 1; use {own}")).await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select n from t").await.unwrap(), 1);
    session.execute_multi(format!("use {other}; do 1")).await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select n from t").await.unwrap(), 2);
    session.execute_multi(format!("use {own}")).await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select n from t").await.unwrap(), 1);
    let conn = session.driver_connection::<Conn>().await.unwrap();
    conn.query_drop(format!("use {other}")).await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select n from t").await.unwrap(), 2);
    session.execute_script(format!("drop database {other}; use {own}")).await.unwrap();
}

/// As above, by the other ways to send a text, and where `init_command` has left the URL's database.
#[tokio::test]
async fn whatever_has_used_a_database_leaves_what_was_prepared_in_another() {
    let database = Database::create();
    let own = database.ask("select database()");
    let other = format!("{own}_away");
    database.ask(&format!("create database {other}"));
    for (name, n) in [(&own, 1), (&other, 2)] {
        database.ask(&format!("create table {name}.t (n int)"));
        database.ask(&format!("insert into {name}.t values ({n})"));
    }
    let url = format!("{}?init_command=use+{other}", database.place.url());
    let engine = MysqlEngine::with_options(url.as_str(), one()).unwrap();
    let mut session = engine.session_maker().session();
    assert_eq!(session.scalar_one::<i64>("select n from t").await.unwrap(), 2);
    let conn = session.driver_connection::<Conn>().await.unwrap();
    conn.query_drop(format!("use {own}")).await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select n from t").await.unwrap(), 1, "behind init_command");
    for (name, n) in [(&other, 2), (&own, 1)] {
        drop(session.stream(format!("use {name}")).await.unwrap());
        assert_eq!(session.scalar_one::<i64>("select n from t").await.unwrap(), n, "by a stream");
    }
    for (name, n) in [(&other, 2), (&own, 1)] {
        let none: [[(&str, i64); 0]; 1] = [[]];
        session.execute_many(format!("use {name}"), none).await.unwrap();
        assert_eq!(session.scalar_one::<i64>("select n from t").await.unwrap(), n, "by execute_many");
    }
    session.rollback().await.unwrap();
    database.ask(&format!("drop database {other}"));
}
