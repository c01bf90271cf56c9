use std::time::{Duration, Instant};

use sqlsession::{
    AsyncEngine, EngineOptions, ErrorKind, blocking,
    pool::{CloseReason, PoolClass},
};

use crate::{connect, counts, engine, recorder::Recorder};

/// Waits until it is so.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(30), "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn with_three_idle(options: EngineOptions) -> AsyncEngine {
    let engine = engine(options);
    drop(connect(&engine, 3).await);
    assert_eq!(engine.pool_status().idle, 3);
    engine
}

#[tokio::test]
async fn idle_ones_are_closed_in_the_background() {
    let engine = with_three_idle(EngineOptions::default().idle_timeout(Duration::from_millis(100))).await;
    until("closed", || counts(&engine) == (0, 0, -5)).await;
    assert_eq!(engine.pool_counters().closed(CloseReason::Idle), 3);
    engine.connect().await.unwrap();
}

#[tokio::test]
async fn the_last_of_them_are_kept() {
    let options = EngineOptions::default().idle_timeout(Duration::from_millis(100)).min_idle(2);
    let engine = engine(options);
    drop(connect(&engine, 4).await);
    until("one is closed", || engine.pool_counters().closed(CloseReason::Idle) > 0).await;
    until("two are left", || engine.pool_status().idle == 2).await;
}

#[tokio::test]
async fn what_is_in_use_is_not_idle() {
    let engine = engine(EngineOptions::default().idle_timeout(Duration::from_millis(50)));
    let held = engine.connect().await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(engine.pool_counters().closed_in_all(), 0);
    held.close().await.unwrap();
    assert_eq!(engine.pool_status().idle, 1);
}

#[tokio::test]
async fn a_lifetime_ends_in_the_background_and_at_check_in() {
    let engine = with_three_idle(EngineOptions::default().max_lifetime(Duration::from_millis(300))).await;
    let held = engine.connect().await.unwrap();
    until("closed", || engine.pool_status().idle == 0).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(engine.pool_status().in_use, 1, "what is in use is left alone");
    held.close().await.unwrap();
    assert_eq!(counts(&engine), (0, 0, -5), "and closed when it comes back");
    assert_eq!(engine.pool_counters().closed(CloseReason::Aged), 3);
}

#[tokio::test]
async fn connections_are_there_before_they_are_needed() {
    let (recorder, options) = Recorder::new(EngineOptions::default().min_idle(3));
    let engine = engine(options);
    engine.warm_up().await.unwrap();
    assert_eq!(recorder.take(), ["connect 1", "connect 2", "connect 3"], "nobody has checked them out");
    assert_eq!(counts(&engine), (3, 0, -2));
    engine.warm_up().await.unwrap();
    assert_eq!(engine.pool_counters().connected, 3);
    let held = connect(&engine, 2).await;
    until("filled up", || engine.pool_status().idle == 3).await;
    drop(held);
    assert_eq!(engine.pool_status().idle, 5);
    // No more than the pool keeps, however many are taken.
    let held = connect(&engine, 4).await;
    engine.warm_up().await.unwrap();
    assert_eq!(counts(&engine), (1, 4, 0));
    drop(held);
}

#[test]
fn a_blocking_engine_is_warmed_up_and_swept_by_its_callers() {
    let options = EngineOptions::default().min_idle(2).idle_timeout(Duration::from_millis(100));
    let engine = blocking::create_engine_with("sqlite://", options).unwrap();
    engine.warm_up().unwrap();
    let held: Vec<_> = (0..4).map(|_| engine.connect().unwrap()).collect();
    drop(held);
    assert_eq!(engine.pool_status().idle, 4);
    std::thread::sleep(Duration::from_millis(150));
    drop(engine.connect().unwrap());
    // The oldest ones went, and the one that was lent last, which was as old, was replaced.
    assert_eq!(engine.pool_status().idle, 2);
}

#[tokio::test]
async fn the_connection_of_a_static_pool_lives_on() {
    let options =
        EngineOptions::default().pool_class(PoolClass::Static).max_lifetime(Duration::from_millis(50));
    let engine = engine(options);
    drop(engine.connect().await.unwrap());
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(engine.connect().await.unwrap());
    assert_eq!(engine.pool_counters().connected, 1);
    let options = EngineOptions::default().max_lifetime(Duration::ZERO);
    let error = sqlsession::create_engine_with("sqlite://", options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration, "none would be kept");
}

#[test]
fn more_than_the_pool_keeps_cannot_be_kept_idle() {
    let options = EngineOptions::default().pool_size(2).min_idle(3);
    let error = sqlsession::create_engine_with("sqlite://", options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.message().contains("min_idle"), "{error}");
}
