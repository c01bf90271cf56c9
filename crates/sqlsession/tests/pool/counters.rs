use std::time::Duration;

use sqlsession::{EngineOptions, create_engine_with, pool::CloseReason};

use crate::{connect, engine};

#[tokio::test]
async fn everything_is_counted() {
    let engine =
        engine(EngineOptions::default().pool_size(1).max_overflow(1).pool_timeout(Duration::from_millis(20)));
    assert_eq!(engine.pool_counters(), Default::default());
    let lent = connect(&engine, 2).await;
    engine.connect().await.unwrap_err();
    let counters = engine.pool_counters();
    assert_eq!((counters.connected, counters.checked_out), (2, 2));
    assert_eq!((counters.waited, counters.timed_out, counters.connect_failures), (1, 1, 0));
    assert!(counters.wait_time >= Duration::from_millis(20), "{counters:?}");
    drop(lent);
    assert_eq!(engine.pool_counters().closed(CloseReason::Surplus), 1);
    let mut session = engine.session_maker().session();
    session.execute("select 1").await.unwrap();
    session.invalidate();
    let counters = engine.pool_counters();
    assert_eq!((counters.checked_out, counters.closed(CloseReason::Invalidated)), (3, 1));
    assert_eq!(counters.closed_in_all(), 2);
}

#[tokio::test]
async fn a_connect_that_fails_is_counted() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:///{}/nowhere/app.db", dir.path().display());
    let engine = create_engine_with(url.as_str(), EngineOptions::default()).unwrap();
    engine.connect().await.unwrap_err();
    let counters = engine.pool_counters();
    assert_eq!((counters.connected, counters.connect_failures, counters.checked_out), (0, 1, 0));
}
