use std::time::Duration;

use sqlsession::{EngineOptions, ErrorKind, pool::PrePing};

use crate::{connect, counts, engine, recorder::Recorder};

/// The numbers are those of SQLAlchemy's `QueuePool`.
#[tokio::test]
async fn connections_are_opened_when_needed_and_kept_up_to_pool_size() {
    let engine = engine(EngineOptions::default());
    assert_eq!(counts(&engine), (0, 0, -5), "making an engine does no I/O");
    let mut session = engine.session_maker().session();
    assert_eq!(counts(&engine), (0, 0, -5), "nor does making a session");
    session.execute("select 1").await.unwrap();
    assert_eq!(counts(&engine), (0, 1, -4));
    let lent = connect(&engine, 6).await;
    assert_eq!(counts(&engine), (0, 7, 2));
    session.close().await.unwrap();
    assert_eq!(counts(&engine), (1, 6, 2));
    drop(lent);
    assert_eq!(counts(&engine), (5, 0, 0), "what is beyond pool_size is closed when it comes back");
    assert_eq!(engine.pool_status().size, 5);
}

#[tokio::test]
async fn connections_are_used_again_the_last_one_first() {
    for (lifo, expected) in [(true, "checkout 2"), (false, "checkout 1")] {
        let (recorder, options) = Recorder::new(EngineOptions::default().pool_use_lifo(lifo));
        let engine = engine(options);
        let [first, second] = [engine.connect().await.unwrap(), engine.connect().await.unwrap()];
        first.close().await.unwrap();
        second.close().await.unwrap();
        recorder.take();
        engine.connect().await.unwrap().close().await.unwrap();
        assert_eq!(recorder.take_only("checkout"), [expected], "lifo {lifo}");
    }
}

/// A session looks for a connection that it can have at once; one that is to be asked first is none, and keeps its place.
#[tokio::test]
async fn sessions_use_them_in_the_same_order_also_where_each_is_asked_first() {
    for (lifo, expected) in [(true, ["2", "2", "2"]), (false, ["1", "2", "1"])] {
        for ping in [PrePing::Never, PrePing::Always] {
            let options = EngineOptions::default().pool_use_lifo(lifo).pool_pre_ping(ping);
            let (recorder, options) = Recorder::new(options);
            let engine = engine(options);
            let [first, second] = [engine.connect().await.unwrap(), engine.connect().await.unwrap()];
            first.close().await.unwrap();
            second.close().await.unwrap();
            recorder.take();
            for _ in 0..3 {
                engine.session_maker().session().execute("select 1").await.unwrap();
            }
            let expected = expected.map(|connection| format!("checkout {connection}"));
            assert_eq!(recorder.take_only("checkout"), expected, "lifo {lifo}, {ping:?}");
        }
    }
}

#[tokio::test]
async fn overflow_is_closed_when_it_comes_back() {
    let (recorder, options) = Recorder::new(EngineOptions::default().pool_size(1).max_overflow(2));
    let engine = engine(options.pool_timeout(Duration::from_millis(20)));
    let mut lent = connect(&engine, 3).await;
    assert_eq!(engine.connect().await.unwrap_err().kind(), ErrorKind::PoolTimeout);
    lent.pop().unwrap().close().await.unwrap();
    assert_eq!(recorder.take_only("close"), Vec::<String>::new(), "the first to come back is kept");
    lent.pop().unwrap().close().await.unwrap();
    assert_eq!(recorder.take_only("close"), ["close 2 surplus"]);
    // Its place is free again.
    assert_eq!(counts(&engine), (1, 1, 1));
    let more = connect(&engine, 2).await;
    assert_eq!(counts(&engine), (0, 3, 2));
    drop((lent, more));
    assert_eq!(counts(&engine), (1, 0, 0));
}

#[tokio::test]
async fn any_number_may_be_opened() {
    for (options, kept) in [
        (EngineOptions::default().pool_size(2).max_overflow(-1), 2),
        (EngineOptions::default().pool_size(0).max_overflow(0), 40),
        (EngineOptions::default().pool_size(0).max_overflow(-1), 40),
    ] {
        let engine = engine(options.pool_timeout(Duration::from_millis(20)));
        let lent = connect(&engine, 40).await;
        assert_eq!(engine.pool_status().in_use, 40);
        drop(lent);
        assert_eq!((engine.pool_status().idle, engine.pool_status().in_use), (kept, 0));
    }
}

#[tokio::test]
async fn a_connection_that_is_too_old_is_replaced() {
    let (recorder, options) = Recorder::new(EngineOptions::default().pool_recycle(Duration::from_millis(50)));
    let engine = engine(options);
    engine.connect().await.unwrap().close().await.unwrap();
    engine.connect().await.unwrap().close().await.unwrap();
    assert_eq!(recorder.take_only("connect"), ["connect 1"], "it is young enough");
    tokio::time::sleep(Duration::from_millis(60)).await;
    let mut renewed = engine.connect().await.unwrap();
    assert_eq!(recorder.take(), ["close 1 aged", "connect 2", "checkout 2"]);
    assert_eq!(renewed.scalar_one::<i64>("select 1").await.unwrap(), 1);
    assert_eq!(counts(&engine), (0, 1, -4));
}

#[tokio::test]
async fn a_ping_keeps_a_connection_that_answers() {
    let (recorder, options) = Recorder::new(EngineOptions::default().pool_pre_ping(true));
    let engine = engine(options);
    for _ in 0..3 {
        engine.connect().await.unwrap().close().await.unwrap();
    }
    assert_eq!(recorder.take_only("connect"), ["connect 1"]);
}

#[tokio::test]
async fn a_connect_that_fails_takes_no_place() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("later");
    let options =
        EngineOptions::default().pool_size(1).max_overflow(0).pool_timeout(Duration::from_millis(50));
    let url = format!("sqlite:///{}/app.db", folder.display());
    let engine = sqlsession::create_engine_with(url.as_str(), options).unwrap();
    for _ in 0..3 {
        assert_eq!(engine.connect().await.unwrap_err().kind(), ErrorKind::ConnectionFailed);
    }
    assert_eq!(counts(&engine), (0, 0, -1));
    std::fs::create_dir(&folder).unwrap();
    let _held = engine.connect().await.unwrap();
    // Who waits in vain is told what went wrong before.
    let error = engine.connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PoolTimeout);
    assert!(error.message().contains("the last connect error, "), "{error}");
}
