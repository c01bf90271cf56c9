use std::time::Duration;

use sqlsession_sqlx::{
    EngineOptions, ErrorKind, SessionOptions, SqlxEngine,
    core::driver::IsolationLevel,
    sqlx_core::{
        connection::Connection as _, pool::PoolOptions, query::query, query_as::query_as,
        query_scalar::query_scalar, raw_sql::raw_sql,
    },
    sqlx_postgres::{PgConnection, PgPool, Postgres},
};
use sqlsession_test_servers::PostgresDatabase;

async fn pool(connections: u32) -> (PostgresDatabase, PgPool) {
    let database = PostgresDatabase::create().unwrap();
    let pool = PoolOptions::new().max_connections(connections).connect(database.url()).await.unwrap();
    query::<Postgres>("create table t (n int not null)").execute(&pool).await.unwrap();
    (database, pool)
}

async fn count(pool: &PgPool) -> i64 {
    query_scalar::<Postgres, i64>("select count(*) from t").fetch_one(pool).await.unwrap()
}

#[tokio::test]
async fn queries_and_a_session_are_one_transaction() {
    let (_database, pool) = pool(2).await;
    let mut session = SqlxEngine::from_pool(pool.clone()).unwrap().session_maker().session();
    for commit in [false, true] {
        session.execute("insert into t values (1)").await.unwrap();
        let client = session.driver_connection::<PgConnection>().await.unwrap();
        let mut inner = client.begin().await.unwrap();
        query::<Postgres>("insert into t values (2)").execute(&mut *inner).await.unwrap();
        inner.commit().await.unwrap();
        assert_eq!(count(&pool).await, 0);
        if commit {
            session.commit().await.unwrap();
        } else {
            session.rollback().await.unwrap();
        }
    }
    assert_eq!(count(&pool).await, 2);
}

#[tokio::test]
async fn a_commit_of_what_the_raw_client_has_failed_is_an_error() {
    let (_database, pool) = pool(2).await;
    let mut session = SqlxEngine::from_pool(pool.clone()).unwrap().session_maker().session();
    session.execute("insert into t values (1)").await.unwrap();
    let client = session.driver_connection::<PgConnection>().await.unwrap();
    query::<Postgres>("select 1/0").execute(&mut *client).await.unwrap_err();
    let error = session.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidState, "{error}");
    session.rollback().await.unwrap();
    assert_eq!(count(&pool).await, 0);
}

#[tokio::test]
async fn a_level_is_taken_back_before_the_connection_is_the_pool_s() {
    let (_database, pool) = pool(1).await;
    let options = EngineOptions::default().isolation_level(IsolationLevel::Serializable);
    let engine = SqlxEngine::from_pool_with(pool.clone(), options).unwrap();
    let mut session = engine.session_maker().session();
    let level = "show transaction_isolation";
    assert_eq!(session.scalar_one::<String>(level).await.unwrap(), "serializable");
    session.close().await.unwrap();
    let after = query_scalar::<Postgres, String>(level).fetch_one(&pool).await.unwrap();
    assert_eq!((after.as_str(), pool.size()), ("read committed", 1));
}

#[tokio::test]
async fn a_level_that_the_pool_has_set_is_there_again() {
    let database = PostgresDatabase::create().unwrap();
    let pool = PoolOptions::<Postgres>::new().max_connections(1).after_connect(|client, _| {
        Box::pin(async {
            let set = query::<Postgres>("set default_transaction_isolation = 'serializable'");
            set.execute(client).await.map(drop)
        })
    });
    let pool = pool.connect(database.url()).await.unwrap();
    let mut session = SqlxEngine::from_pool(pool.clone()).unwrap().session_maker().session();
    session.set_isolation_level(Some(IsolationLevel::ReadCommitted)).unwrap();
    let level = "show transaction_isolation";
    assert_eq!(session.scalar_one::<String>(level).await.unwrap(), "read committed");
    session.close().await.unwrap();
    let after = query_scalar::<Postgres, String>(level).fetch_one(&pool).await.unwrap();
    assert_eq!((after.as_str(), pool.size()), ("serializable", 1));
}

#[tokio::test]
async fn what_was_invalidated_is_not_the_pool_s_again() {
    let (_database, pool) = pool(1).await;
    let engine = SqlxEngine::from_pool(pool.clone()).unwrap();
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut connection = engine.to_async().connect_with(autocommit).await.unwrap();
    connection.execute("set role pg_monitor").await.unwrap();
    let invalidated: i32 = connection.scalar_one("select pg_backend_pid()").await.unwrap();
    connection.invalidate();
    drop(connection);
    let (pid, is_whole): (i32, bool) =
        query_as("select pg_backend_pid(), current_user = session_user").fetch_one(&pool).await.unwrap();
    assert!(pid != invalidated && is_whole);
}

#[tokio::test]
async fn a_statement_that_is_dropped_leaves_nothing_in_the_pool() {
    let (_database, pool) = pool(1).await;
    let engine = SqlxEngine::from_pool(pool.clone()).unwrap();
    for _ in 0..3 {
        let mut session = engine.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        let running = session.execute("select pg_sleep(60)");
        tokio::time::timeout(Duration::from_millis(50), running).await.unwrap_err();
        drop(session);
        // Locks of the session would hold this up for a minute.
        let emptied = query::<Postgres>("truncate t").execute(&pool);
        tokio::time::timeout(Duration::from_secs(20), emptied).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn what_somebody_has_left_open_is_no_part_of_a_session() {
    let (_database, pool) = pool(1).await;
    let engine = SqlxEngine::from_pool(pool.clone()).unwrap();
    for left in ["begin; insert into t values (1)", "begin; select 1/0"] {
        drop(raw_sql(left).execute(&pool).await);
        let mut session = engine.session_maker().session();
        session.execute("insert into t values (2)").await.unwrap();
        session.commit().await.unwrap();
    }
    assert_eq!(count(&pool).await, 2);
}

#[tokio::test]
async fn a_commit_of_what_sqlx_has_rolled_back_is_an_error() {
    let (_database, pool) = pool(2).await;
    let mut session = SqlxEngine::from_pool(pool.clone()).unwrap().session_maker().session();
    for failed in [true, false] {
        for undone in [true, false] {
            session.execute("insert into t values (1)").await.unwrap();
            let client = session.driver_connection::<PgConnection>().await.unwrap();
            if failed {
                client.begin_with("BEGIN READ WRITE").await.unwrap_err();
            } else {
                // What comes before keeps it waiting until it is dropped.
                let sleeping = raw_sql("select pg_sleep(0.3)").execute(&mut *client);
                tokio::time::timeout(Duration::ZERO, sleeping).await.unwrap_err();
                tokio::time::timeout(Duration::ZERO, client.begin()).await.unwrap_err();
            }
            if undone {
                session.rollback().await.unwrap();
            } else {
                let refused = session.execute("insert into t values (2)").await.unwrap_err();
                assert_eq!(refused.kind(), ErrorKind::InvalidState, "{refused}");
                assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::InvalidState);
                session.rollback().await.unwrap();
            }
        }
    }
    session.execute("insert into t values (3)").await.unwrap();
    let client = session.driver_connection::<PgConnection>().await.unwrap();
    client.begin_with("BEGIN READ WRITE").await.unwrap_err();
    // It opens another by a text: no part of what was begun is committed.
    query::<Postgres>("begin").execute(&mut *client).await.unwrap();
    query::<Postgres>("insert into t values (4)").execute(&mut *client).await.unwrap();
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::InvalidState);
    session.close().await.unwrap();
    assert_eq!(count(&pool).await, 0);
}
