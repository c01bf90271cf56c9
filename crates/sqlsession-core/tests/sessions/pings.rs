//! When a connection is asked whether it lives.

use std::time::Duration;

use sqlsession_core::{EngineOptions, pool::PrePing};

use crate::{
    scripted::Scripted,
    server::{Answer, End, Server},
};

#[tokio::test]
async fn one_that_was_idle_for_long_enough_is_asked() {
    for (ping, expected) in [
        (PrePing::AfterIdle(Duration::from_secs(600)), 0),
        (PrePing::AfterIdle(Duration::ZERO), 2),
        (PrePing::Always, 2),
        (PrePing::Never, 0),
    ] {
        let server = Server::default();
        let engine = Scripted::new(&server).engine(EngineOptions::default().pool_pre_ping(ping));
        for _ in 0..3 {
            engine.connect().await.unwrap().close().await.unwrap();
        }
        assert_eq!(server.sent(), vec!["Ping"; expected], "{ping:?}: never at the first checkout");
    }
}

#[tokio::test]
async fn a_ping_that_nobody_answers_ends() {
    let server = Server::default();
    let options = EngineOptions::default().pool_pre_ping(true).connect_timeout(Duration::from_millis(50));
    let engine = Scripted::new(&server).engine(options);
    engine.connect().await.unwrap().close().await.unwrap();
    server.answers("Ping", Answer::new(End::Ok).after(usize::MAX));
    let mut connection = engine.connect().await.unwrap();
    connection.execute("one").await.unwrap();
    assert_eq!(engine.pool_counters().connected, 2);
    assert_eq!(server.open(), 1);
}
