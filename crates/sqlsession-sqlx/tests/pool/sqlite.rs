use std::time::Duration;

use sqlsession_sqlx::{
    ErrorKind, SessionOptions, SqlxEngine,
    core::driver::IsolationLevel,
    sqlx_core::{
        connection::Connection as _,
        pool::{Pool, PoolOptions},
        query::query,
        query_scalar::query_scalar,
    },
    sqlx_sqlite::{Sqlite, SqliteConnectOptions, SqliteConnection},
};

async fn pool(folder: &tempfile::TempDir, connections: u32) -> Pool<Sqlite> {
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("pool.db"))
        .create_if_missing(true)
        .pragma("journal_mode", "wal");
    let pool = PoolOptions::new().max_connections(connections).connect_with(options).await.unwrap();
    query::<Sqlite>("create table t (n integer not null)").execute(&pool).await.unwrap();
    pool
}

async fn count(pool: &Pool<Sqlite>) -> i64 {
    query_scalar::<Sqlite, i64>("select count(*) from t").fetch_one(pool).await.unwrap()
}

#[tokio::test]
async fn a_session_takes_a_connection_and_gives_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(&folder, 1).await;
    let engine = SqlxEngine::from_pool(pool.clone()).unwrap();
    let mut session = engine.session_maker().session();
    for _ in 0..3 {
        session.execute("insert into t values (1)").await.unwrap();
        assert!(pool.try_acquire().is_none(), "the only connection is the session's");
        session.commit().await.unwrap();
        // The pool has it again, in the moment that it takes to go back.
        drop(tokio::time::timeout(Duration::from_secs(5), pool.acquire()).await.unwrap().unwrap());
    }
    assert_eq!((count(&pool).await, pool.size()), (3, 1));
}

#[tokio::test]
async fn queries_and_a_session_are_one_transaction() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(&folder, 2).await;
    let mut session = SqlxEngine::from_pool(pool.clone()).unwrap().session_maker().session();
    for commit in [false, true] {
        session.execute("insert into t values (1)").await.unwrap();
        let client = session.driver_connection::<SqliteConnection>().await.unwrap();
        query::<Sqlite>("insert into t values (2)").execute(&mut *client).await.unwrap();
        // A transaction of sqlx's in that of the session is a savepoint.
        let mut inner = client.begin().await.unwrap();
        query::<Sqlite>("insert into t values (3)").execute(&mut *inner).await.unwrap();
        inner.rollback().await.unwrap();
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
async fn what_the_raw_client_leaves_open_is_rolled_back() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(&folder, 1).await;
    let engine = SqlxEngine::from_pool(pool.clone()).unwrap();
    let options = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut connection = engine.to_async().connect_with(options).await.unwrap();
    let client = connection.driver_connection::<SqliteConnection>().await.unwrap();
    query::<Sqlite>("begin").execute(&mut *client).await.unwrap();
    query::<Sqlite>("insert into t values (1)").execute(&mut *client).await.unwrap();
    connection.close().await.unwrap();
    assert_eq!(count(&pool).await, 0);
    query::<Sqlite>("insert into t values (1)").execute(&pool).await.unwrap();
    assert_eq!(count(&pool).await, 1);
}

#[tokio::test]
async fn a_statement_that_is_dropped_leaves_nothing_in_the_pool() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(&folder, 1).await;
    let engine = SqlxEngine::from_pool(pool.clone()).unwrap();
    let endless =
        "insert into t with recursive c(n) as (select 1 union all select n + 1 from c) select n from c";
    for _ in 0..5 {
        let mut session = engine.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        let running = session.execute(endless);
        tokio::time::timeout(Duration::from_millis(20), running).await.unwrap_err();
        drop(session);
        // A lock that was left behind would make this fail.
        query::<Sqlite>("update t set n = 1").execute(&pool).await.unwrap();
        assert_eq!(count(&pool).await, 0);
    }
}

#[tokio::test]
async fn a_read_only_session_leaves_a_pool_that_writes() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(&folder, 1).await;
    let engine = SqlxEngine::from_pool(pool.clone()).unwrap();
    let options = SessionOptions::default().read_only(true);
    let maker = engine.session_maker();
    maker.configure(options);
    let mut session = maker.session();
    session.execute("select * from t").await.unwrap();
    session.execute("insert into t values (1)").await.unwrap_err();
    drop(session);
    query::<Sqlite>("insert into t values (1)").execute(&pool).await.unwrap();
    assert_eq!(count(&pool).await, 1);
}

#[tokio::test]
async fn a_read_only_session_that_is_invalidated_leaves_a_pool_that_writes() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(&folder, 1).await;
    let maker = SqlxEngine::from_pool(pool.clone()).unwrap().session_maker();
    maker.configure(SessionOptions::default().read_only(true));
    let mut session = maker.session();
    session.execute("select * from t").await.unwrap();
    session.invalidate();
    drop(session);
    query::<Sqlite>("insert into t values (1)").execute(&pool).await.unwrap();
    assert_eq!(count(&pool).await, 1);
}

#[tokio::test]
async fn a_level_that_the_pool_has_set_is_there_again() {
    let options = SqliteConnectOptions::new().pragma("read_uncommitted", "1");
    let pool = PoolOptions::<Sqlite>::new().max_connections(1).connect_with(options).await.unwrap();
    let mut session = SqlxEngine::from_pool(pool.clone()).unwrap().session_maker().session();
    session.set_isolation_level(Some(IsolationLevel::Serializable)).unwrap();
    let level = "pragma read_uncommitted";
    assert_eq!(session.scalar_one::<i64>(level).await.unwrap(), 0);
    session.close().await.unwrap();
    let after = query_scalar::<Sqlite, i64>(level).fetch_one(&pool).await.unwrap();
    assert_eq!((after, pool.size()), (1, 1));
}

#[tokio::test]
async fn what_follows_a_client_that_has_ended_the_transaction_runs_in_another() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(&folder, 2).await;
    let mut session = SqlxEngine::from_pool(pool.clone()).unwrap().session_maker().session();
    session.execute("insert into t values (1)").await.unwrap();
    let client = session.driver_connection::<SqliteConnection>().await.unwrap();
    query::<Sqlite>("commit").execute(&mut *client).await.unwrap();
    session.execute("insert into t values (2)").await.unwrap();
    session.rollback().await.unwrap();
    assert_eq!(count(&pool).await, 1, "what was committed by hand, and not what came behind");
}

#[tokio::test]
async fn a_commit_of_what_sqlx_has_rolled_back_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(&folder, 2).await;
    let mut session = SqlxEngine::from_pool(pool.clone()).unwrap().session_maker().session();
    session.execute("insert into t values (1)").await.unwrap();
    let client = session.driver_connection::<SqliteConnection>().await.unwrap();
    client.begin_with("BEGIN IMMEDIATE").await.unwrap_err();
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::InvalidState);
    session.rollback().await.unwrap();
    assert_eq!(count(&pool).await, 0);
}
