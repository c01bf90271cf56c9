use std::{
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Waker},
    time::{Duration, Instant},
};

use sqlsession::{EngineOptions, ErrorKind};

use crate::{connect, counts, engine};

fn one() -> EngineOptions {
    EngineOptions::default().pool_size(1).max_overflow(0)
}

#[tokio::test]
async fn a_checkout_in_vain_says_what_the_pool_was_doing() {
    let engine =
        engine(EngineOptions::default().pool_size(2).max_overflow(1).pool_timeout(Duration::from_millis(60)));
    let held = connect(&engine, 3).await;
    let start = Instant::now();
    let mut session = engine.session_maker().session();
    let error = session.execute("select 1").await.unwrap_err();
    assert!(start.elapsed() >= Duration::from_millis(60));
    assert_eq!(error.kind(), ErrorKind::PoolTimeout);
    for part in ["60ms", "3 in use", "0 idle", "1 waiting", "pool_size 2", "max_overflow 1"] {
        assert!(error.message().contains(part), "{error} lacks {part}");
    }
    assert!(session.in_transaction() && session.is_active());
    assert_eq!(engine.pool_status().waiting, 0);
    drop(held);
    assert_eq!(session.scalar_one::<i64>("select 1").await.unwrap(), 1);
}

#[tokio::test]
async fn a_timeout_of_zero_does_not_wait() {
    let engine = engine(one().pool_timeout(Duration::ZERO));
    let held = engine.connect().await.unwrap();
    assert_eq!(engine.connect().await.unwrap_err().kind(), ErrorKind::PoolTimeout);
    held.close().await.unwrap();
    engine.connect().await.unwrap();
}

#[tokio::test]
async fn those_who_wait_are_served_in_their_order() {
    let engine = engine(one());
    let (held, watched) = (engine.connect().await.unwrap(), engine.clone());
    let served = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = Vec::new();
    for number in 0..6 {
        let (engine, served) = (engine.clone(), served.clone());
        tasks.push(tokio::spawn(async move {
            let mut session = engine.session_maker().session();
            session.execute("select 1").await.unwrap();
            served.lock().unwrap().push(number);
            tokio::task::yield_now().await;
            session.close().await.unwrap();
        }));
        while watched.pool_status().waiting <= number {
            tokio::task::yield_now().await;
        }
    }
    held.close().await.unwrap();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(*served.lock().unwrap(), [0, 1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn who_stops_waiting_leaves_nothing_behind() {
    let engine = engine(one().pool_timeout(Duration::from_secs(5)));
    let mut cx = Context::from_waker(Waker::noop());
    for granted in [false, true] {
        let held = engine.connect().await.unwrap();
        let mut gives_up = Box::pin(engine.connect());
        let mut waits = Box::pin(engine.connect());
        assert!(gives_up.as_mut().poll(&mut cx).is_pending());
        assert!(waits.as_mut().poll(&mut cx).is_pending());
        assert_eq!(engine.pool_status().waiting, 2);
        if granted {
            // The connection is meant for the one that gives up, who never hears of it.
            held.close().await.unwrap();
            drop(gives_up);
        } else {
            drop(gives_up);
            assert_eq!(engine.pool_status().waiting, 1);
            held.close().await.unwrap();
        }
        let mut connection = waits.await.unwrap();
        assert_eq!(connection.scalar_one::<i64>("select 1").await.unwrap(), 1);
        connection.close().await.unwrap();
        assert_eq!(counts(&engine), (1, 0, 0));
        assert_eq!(engine.pool_status().waiting, 0);
    }
}

/// A future that is dropped while it connects leaves its place free.
#[tokio::test]
async fn who_stops_connecting_leaves_nothing_behind() {
    let engine = engine(one().pool_timeout(Duration::from_secs(5)));
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..10 {
        let mut connecting: Pin<Box<dyn Future<Output = _>>> = Box::pin(engine.connect());
        let _ = connecting.as_mut().poll(&mut cx);
        drop(connecting);
        assert_eq!(engine.pool_status().in_use, 0);
    }
    engine.connect().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_share_few_connections() {
    let engine = engine(EngineOptions::default().pool_size(2).max_overflow(1));
    engine.session_maker().begin(async |s| s.execute("create table t (id integer)").await).await.unwrap();
    let tasks: Vec<_> = (0..50)
        .map(|id| {
            let engine = engine.clone();
            tokio::spawn(async move {
                let insert = sqlsession::text("insert into t values (:id)").bind("id", id);
                engine.session_maker().begin(async |s| s.execute(&insert).await.map(drop)).await
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let mut session = engine.session_maker().session();
    assert_eq!(session.scalar_one::<i64>("select count(distinct id) from t").await.unwrap(), 50);
    drop(session);
    assert_eq!(engine.pool_status().in_use, 0);
    assert!(engine.pool_status().idle <= 2);
}
