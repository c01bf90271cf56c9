//! A server that cannot be reached.

use std::time::{Duration, Instant};

use sqlsession_core::{AsyncEngine, EngineOptions, ErrorKind};

use crate::{
    scripted::Scripted,
    server::{Answer, End, Server},
};

fn two(server: &Server) -> AsyncEngine {
    let options = EngineOptions::default().pool_size(2).max_overflow(0).pool_timeout(Duration::from_secs(60));
    Scripted::new(server).engine(options)
}

fn fails(kind: ErrorKind) -> Answer {
    Answer::new(End::Fails(kind)).after(20)
}

#[tokio::test]
async fn all_who_wait_are_told_and_not_one_after_the_other() {
    let server = Server::default();
    server.answers("CONNECT", fails(ErrorKind::ConnectionFailed));
    let engine = two(&server);
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let engine = engine.clone();
            tokio::spawn(async move { engine.connect().await.unwrap_err() })
        })
        .collect();
    for task in tasks {
        let error = task.await.unwrap();
        assert_eq!(error.kind(), ErrorKind::ConnectionFailed);
        assert!(error.message().contains("as it was told"), "{error}");
    }
    let failures = engine.pool_counters().connect_failures;
    assert!(failures <= 4, "{failures} attempts for fifty who asked");
    // It is up again.
    server.answers("CONNECT", Answer::new(End::Ok));
    engine.connect().await.unwrap();
}

#[tokio::test]
async fn who_may_get_a_connection_that_lives_goes_on_waiting() {
    let server = Server::default();
    let engine = two(&server);
    let held = engine.connect().await.unwrap();
    server.answers("CONNECT", fails(ErrorKind::ConnectionFailed));
    let fails = tokio::spawn({
        let engine = engine.clone();
        async move { engine.connect().await.unwrap_err().kind() }
    });
    tokio::task::yield_now().await;
    let waits = tokio::spawn({
        let engine = engine.clone();
        async move { engine.connect().await }
    });
    assert_eq!(fails.await.unwrap(), ErrorKind::ConnectionFailed);
    // It has the place now, and the same bad luck; or it waits on, and gets what comes back.
    held.close().await.unwrap();
    let result = waits.await.unwrap();
    assert!(result.is_ok() || result.is_err_and(|error| error.kind() == ErrorKind::ConnectionFailed));
    assert_eq!(engine.pool_counters().connect_failures, 2, "it was not sent away for the other's bad luck");
}

#[tokio::test]
async fn a_refused_login_is_told_to_the_one_who_tried() {
    let server = Server::default();
    server.answers("CONNECT", fails(ErrorKind::Authentication));
    let options =
        EngineOptions::default().pool_size(1).max_overflow(0).pool_timeout(Duration::from_millis(30));
    let engine = Scripted::new(&server).engine(options);
    assert_eq!(engine.connect().await.unwrap_err().kind(), ErrorKind::Authentication);
}

#[tokio::test]
async fn a_timeout_of_the_pool_bounds_every_connect() {
    let server = Server::default();
    server.answers("CONNECT", Answer::new(End::Ok).after(usize::MAX));
    let options = EngineOptions::default().connect_timeout(Duration::from_millis(50));
    let engine = Scripted::new(&server).engine(options);
    let start = Instant::now();
    let error = engine.connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout);
    assert!(error.message().contains("50ms"), "{error}");
    assert!(start.elapsed() >= Duration::from_millis(50));
    assert_eq!((engine.pool_status().in_use, engine.pool_counters().connect_failures), (0, 1));
}

#[tokio::test]
async fn who_waits_in_vain_is_told_what_went_wrong_and_when() {
    let server = Server::default();
    server.answers("CONNECT", fails(ErrorKind::Authentication));
    let options =
        EngineOptions::default().pool_size(1).max_overflow(0).pool_timeout(Duration::from_millis(50));
    let engine = Scripted::new(&server).engine(options);
    engine.connect().await.unwrap_err();
    server.answers("CONNECT", Answer::new(End::Ok));
    let _held = engine.connect().await.unwrap();
    let error = engine.connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PoolTimeout);
    assert!(error.message().contains("ago, was: authentication failed: as it was told"), "{error}");
    tokio::time::sleep(Duration::from_millis(60)).await;
    let error = engine.connect().await.unwrap_err();
    assert!(std::error::Error::source(&error).is_none(), "what is long past is not why");
}
