use std::time::Duration;

use sqlsession::{
    EngineOptions, ErrorKind, create_engine_with,
    pool::{CloseReason, PoolClass},
};

use crate::{connect, counts, engine};

#[tokio::test]
async fn a_null_pool_keeps_nothing_and_lends_any_number() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:///{}/app.db", dir.path().display());
    let options = EngineOptions::default().pool_class(PoolClass::Null).pool_timeout(Duration::ZERO);
    let engine = create_engine_with(url.as_str(), options).unwrap();
    let lent = connect(&engine, 30).await;
    assert_eq!(counts(&engine), (0, 30, 0));
    drop(lent);
    assert_eq!(counts(&engine), (0, 0, 0));
    let counters = engine.pool_counters();
    assert_eq!((counters.connected, counters.closed(CloseReason::Surplus)), (30, 30));
}

#[tokio::test]
async fn a_static_pool_has_one_connection_whatever_its_age() {
    let options = EngineOptions::default()
        .pool_class(PoolClass::Static)
        .pool_recycle(Duration::ZERO)
        .pool_timeout(Duration::from_millis(20));
    let engine = engine(options);
    let held = engine.connect().await.unwrap();
    assert_eq!(engine.connect().await.unwrap_err().kind(), ErrorKind::PoolTimeout);
    held.close().await.unwrap();
    engine.connect().await.unwrap().close().await.unwrap();
    assert_eq!(counts(&engine), (1, 0, 0));
    assert_eq!(engine.pool_counters().connected, 1);
}

#[test]
fn a_class_has_sqlalchemys_name() {
    for (name, class) in [
        ("QueuePool", PoolClass::Queue),
        ("AsyncAdaptedQueuePool", PoolClass::Queue),
        ("NullPool", PoolClass::Null),
        ("static", PoolClass::Static),
    ] {
        assert_eq!(name.parse::<PoolClass>().unwrap(), class);
    }
    assert_eq!("AssertionPool".parse::<PoolClass>().unwrap_err().kind(), ErrorKind::Configuration);
}
