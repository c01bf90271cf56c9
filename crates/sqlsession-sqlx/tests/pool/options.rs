use std::time::Duration;

use sqlsession_sqlx::{
    EngineOptions, ErrorKind, SqlxEngine,
    sqlx_core::pool::PoolOptions,
    sqlx_sqlite::{Sqlite, SqliteConnectOptions},
};

#[tokio::test]
async fn what_the_pool_itself_decides_is_refused() {
    let pool = PoolOptions::<Sqlite>::new().connect_lazy_with(SqliteConnectOptions::new());
    let refused = |options| {
        let error = SqlxEngine::from_pool_with(pool.clone(), options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
    };
    refused(EngineOptions::default().pool_size(3));
    refused(EngineOptions::default().max_overflow(0));
    refused(EngineOptions::default().pool_recycle(Duration::from_secs(1)));
    refused(EngineOptions::default().pool_pre_ping(true));
    refused(EngineOptions::default().blocking());
    let taken = EngineOptions::default().connect_timeout(Duration::from_secs(1)).leak_detection(true);
    SqlxEngine::from_pool_with(pool.clone(), taken).unwrap();
}

#[tokio::test]
async fn a_pool_that_is_exhausted_or_closed_says_so() {
    let options = PoolOptions::<Sqlite>::new().max_connections(1).acquire_timeout(Duration::from_millis(50));
    let pool = options.connect_lazy_with(SqliteConnectOptions::new());
    let engine = SqlxEngine::from_pool(pool.clone()).unwrap();
    let held = pool.acquire().await.unwrap();
    let mut session = engine.session_maker().session();
    assert_eq!(session.execute("select 1").await.unwrap_err().kind(), ErrorKind::PoolTimeout);
    session.rollback().await.unwrap();
    drop(held);
    assert_eq!(session.scalar_one::<i64>("select 1").await.unwrap(), 1);
    session.close().await.unwrap();
    pool.close().await;
    assert_eq!(session.execute("select 1").await.unwrap_err().kind(), ErrorKind::PoolClosed);
}
