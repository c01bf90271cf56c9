use std::time::{Duration, Instant};

use sqlsession::{EngineOptions, ErrorKind, blocking, create_engine_with, pool::CloseReason};

use crate::{counts, engine, recorder::Recorder};

/// Longer than any machine needs for what is waited for here.
const LONG: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_closed_engine_has_waited_for_what_was_out() {
    let (recorder, options) = Recorder::new(EngineOptions::default());
    let engine = engine(options);
    let maker = engine.session_maker();
    maker.begin(async |s| s.execute("create table t (id integer)").await).await.unwrap();
    let mut session = maker.session();
    session.execute("insert into t values (1)").await.unwrap();
    engine.connect().await.unwrap().close().await.unwrap();
    recorder.take();
    let closing = {
        let engine = engine.clone();
        tokio::spawn(async move { engine.close(LONG).await })
    };
    while recorder.take_only("close").is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(!closing.is_finished(), "a session is at work");
    // What is out works on, up to its end.
    let refused = engine.connect().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::PoolClosed);
    assert!(refused.message().contains("closed"), "{refused}");
    assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 1);
    session.commit().await.unwrap();
    closing.await.unwrap().unwrap();
    assert_eq!(counts(&engine), (0, 0, -5));
    assert_eq!(session.execute("select 1").await.unwrap_err().kind(), ErrorKind::PoolClosed);
    engine.dispose().unwrap();
    assert_eq!(engine.connect().await.unwrap_err().kind(), ErrorKind::PoolClosed, "dispose does not open it");
    let counters = engine.pool_counters();
    assert_eq!(counters.closed(CloseReason::Disposed), counters.connected);
}

#[tokio::test]
async fn those_who_wait_hear_of_it_at_once() {
    let engine = engine(EngineOptions::default().pool_size(1).max_overflow(0));
    let held = engine.connect().await.unwrap();
    let waiting = {
        let engine = engine.clone();
        tokio::spawn(async move { engine.connect().await.unwrap_err().kind() })
    };
    while engine.pool_status().waiting == 0 {
        tokio::task::yield_now().await;
    }
    let error = engine.close(Duration::from_millis(20)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PoolTimeout, "{error}");
    assert_eq!(waiting.await.unwrap(), ErrorKind::PoolClosed);
    held.close().await.unwrap();
    engine.close(LONG).await.unwrap();
}

#[tokio::test]
async fn what_is_out_since_before_a_dispose_is_waited_for_as_well() {
    let engine = engine(EngineOptions::default());
    let held = engine.connect().await.unwrap();
    engine.dispose().unwrap();
    assert_eq!(engine.close(Duration::ZERO).await.unwrap_err().kind(), ErrorKind::PoolTimeout);
    drop(held);
    engine.close(LONG).await.unwrap();
}

#[test]
fn a_blocking_engine_waits_for_its_threads() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:///{}/app.db", dir.path().display());
    let engine = blocking::create_engine_with(url.as_str(), EngineOptions::default()).unwrap();
    let mut session = engine.session_maker().session();
    session.execute("create table t (id integer)").unwrap();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        session.commit()
    });
    let start = Instant::now();
    engine.close(LONG).unwrap();
    assert!(start.elapsed() < LONG, "woken by what came back");
    thread.join().unwrap().unwrap();
    assert_eq!(engine.connect().unwrap_err().kind(), ErrorKind::PoolClosed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_ends_under_load() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:///{}/app.db", dir.path().display());
    for _ in 0..20 {
        let engine = create_engine_with(url.as_str(), EngineOptions::default().pool_size(2)).unwrap();
        let tasks: Vec<_> = (0..16)
            .map(|_| {
                let engine = engine.clone();
                tokio::spawn(async move {
                    loop {
                        let mut session = engine.session_maker().session();
                        match session.scalar_one::<i64>("select 1").await {
                            Ok(_) => session.commit().await.unwrap(),
                            Err(error) => return error.kind(),
                        }
                    }
                })
            })
            .collect();
        while engine.pool_counters().checked_out < 50 {
            tokio::task::yield_now().await;
        }
        engine.close(LONG).await.unwrap();
        let counters = engine.pool_counters();
        assert_eq!(counters.connected, counters.closed_in_all(), "nothing is open any more");
        for task in tasks {
            assert_eq!(task.await.unwrap(), ErrorKind::PoolClosed);
        }
    }
}
