//! What comes behind the ROLLBACK of a session that was dropped, while nobody has waited for its answer.

use sqlsession_postgres::{
    AsyncSession, EngineOptions, ErrorKind, PostgresClient, SessionOptions,
    core::{
        Row,
        driver::{IsolationLevel, ServerTransaction},
    },
    text,
};

use crate::{committing::give_up, database::Database};

/// A database whose one connection rolls back what a session has left open.
async fn rolling_back() -> Database {
    let database = Database::with(EngineOptions::default().pool_size(1).max_overflow(0));
    database.session().execute_and_commit("create table t (n int primary key)").await.unwrap();
    leave_open(&database).await;
    database
}

async fn leave_open(database: &Database) {
    database.session().execute("insert into t values (100)").await.unwrap();
}

fn autocommit(database: &Database) -> AsyncSession {
    let options = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    database.engine.session_maker().session_with(options)
}

#[tokio::test]
async fn a_statement_that_cannot_be_sent_does_not_lose_the_begin_of_the_next() {
    let database = rolling_back().await;
    let mut session = database.session();
    let error = session.execute("select '\0'").await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::BadParameter, None), "refused before it is sent");
    assert_eq!(session.server_transaction(), ServerTransaction::Idle);
    session.execute("insert into t values (1)").await.unwrap();
    session.rollback().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "0");
}

#[tokio::test]
async fn many_sets_in_autocommit_are_still_one_unit() {
    let database = rolling_back().await;
    let mut session = autocommit(&database);
    let sets = [[("n", 1)], [("n", 1)], [("n", 2)]];
    let error = session.execute_many("insert into t values (:n)", sets).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert_eq!(database.ask("select count(*) from t"), "0");
}

#[tokio::test]
async fn a_stream_in_autocommit_is_read_without_a_cursor() {
    let database = rolling_back().await;
    let mut session = autocommit(&database);
    let statement = text("select * from generate_series(1, 30) n").yield_per(10);
    let mut rows = session.stream(statement).await.unwrap();
    let mut count = 0;
    while let Some(row) = rows.next().await {
        row.unwrap();
        count += 1;
    }
    assert_eq!(count, 30);
}

#[tokio::test]
async fn what_the_raw_client_begins_in_autocommit_is_rolled_back() {
    let database = rolling_back().await;
    let mut session = autocommit(&database);
    let client = session.driver_connection::<PostgresClient>().await.unwrap();
    client.batch_execute("begin; insert into t values (1)").await.unwrap();
    drop(session);
    let mut session = database.session();
    session.execute("insert into t values (2)").await.unwrap();
    session.commit().await.unwrap();
    assert_eq!(database.ask("select string_agg(n::text, ' ') from t"), "2");
}

#[tokio::test]
async fn a_bulk_insert_a_script_and_a_level_come_after_it() {
    let database = rolling_back().await;
    let mut session = autocommit(&database);
    assert_eq!(session.bulk_insert("t", ["n"], [[1], [2]]).await.unwrap(), 2);
    drop(session);
    leave_open(&database).await;
    autocommit(&database).execute_script("insert into t values (3); insert into t values (4)").await.unwrap();
    leave_open(&database).await;
    let options = SessionOptions::default().isolation_level(IsolationLevel::Serializable);
    let mut session = database.engine.session_maker().session_with(options);
    session.execute("insert into t values (5)").await.unwrap();
    session.rollback().await.unwrap();
    assert_eq!(database.ask("select string_agg(n::text, ' ' order by n) from t"), "1 2 3 4");
}

#[tokio::test]
async fn what_the_raw_client_has_on_its_way_is_not_the_next_users() {
    let database = rolling_back().await;
    for level in [IsolationLevel::Autocommit, IsolationLevel::ReadCommitted] {
        let options = SessionOptions::default().isolation_level(level);
        let mut session = database.engine.session_maker().session_with(options);
        let client = session.driver_connection::<PostgresClient>().await.unwrap();
        {
            let sending = std::pin::pin!(client.batch_execute("commit; begin; insert into t values (1)"));
            let _ = sending.poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
        }
        session.rollback().await.unwrap();
        drop(session);
        let mut session = database.session();
        session.execute("insert into t values (2)").await.unwrap();
        session.commit().await.unwrap();
        assert_eq!(database.ask("select string_agg(n::text, ' ') from t"), "2", "{level}");
        database.ask("truncate t");
    }
}

#[tokio::test]
async fn columns_are_those_of_the_statement_and_not_of_what_was_given_up_before_it() {
    let database = Database::create();
    let mut session = database.session();
    for run in 0..3 {
        let client = session.driver_connection::<PostgresClient>().await.unwrap();
        give_up(client.query_typed("select 1::int8 as debit, 2::int8 as credit", &[]));
        let sql = "select 100::int8 as credit, 5::int8 as debit from generate_series(1, 2)";
        let rows: Vec<Row> = session.all(sql).await.unwrap();
        let rows: Vec<(i64, i64)> =
            rows.iter().map(|row| (row.get("credit").unwrap(), row.get("debit").unwrap())).collect();
        assert_eq!(rows, [(100, 5); 2], "run {run}");
    }
}
