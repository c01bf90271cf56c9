//! A connection that comes back while its ROLLBACK is on its way.

use sqlsession_core::{AsyncEngine, EngineOptions, driver::ServerTransaction};

use crate::{recorder::Recorder, scripted::Scripted, server::Server};

fn engine(server: &Server, options: EngineOptions) -> AsyncEngine {
    Scripted { queues_resets: true, ..Scripted::new(server) }.engine(options.pool_size(1).max_overflow(0))
}

#[tokio::test]
async fn it_is_free_at_once_for_the_next_user() {
    let server = Server::default();
    let engine = engine(&server, EngineOptions::default());
    for way in ["drop", "close", "rollback"] {
        let mut session = engine.session_maker().session();
        session.execute("one").await.unwrap();
        match way {
            "drop" => drop(session),
            "close" => session.close().await.unwrap(),
            _ => session.rollback().await.unwrap(),
        }
        // Nothing was waited for, and with one place in the pool the next one has the same connection.
        assert_eq!((engine.pool_status().in_use, engine.pool_status().idle), (0, 1), "{way}");
        let mut next = engine.session_maker().session();
        next.execute("two").await.unwrap();
        next.commit().await.unwrap();
        assert_eq!(server.sent(), ["BEGIN; one", "ROLLBACK", "BEGIN; two", "COMMIT"], "{way}");
        assert_eq!(server.open(), 1);
    }
}

#[tokio::test]
async fn a_session_that_goes_on_begins_again() {
    let server = Server::default();
    let engine = engine(&server, EngineOptions::default());
    let mut connection = engine.connect().await.unwrap();
    connection.execute("one").await.unwrap();
    connection.rollback().await.unwrap();
    assert!(!connection.in_transaction());
    assert_eq!(connection.server_transaction(), ServerTransaction::Idle);
    connection.execute("two").await.unwrap();
    connection.commit().await.unwrap();
    connection.close().await.unwrap();
    assert_eq!(server.sent(), ["BEGIN; one", "ROLLBACK", "BEGIN; two", "COMMIT"]);
}

#[tokio::test]
async fn those_who_watch_are_told_of_one_rollback() {
    let server = Server::default();
    let recorder = Recorder::new();
    let engine = engine(&server, EngineOptions::default().listen(recorder.clone()));
    let mut session = engine.session_maker().session();
    session.execute("one").await.unwrap();
    drop(session);
    drop(engine.connect().await.unwrap());
    assert_eq!(recorder.told(), ["begin", "one", "one x1: ok", "rollback", "reset", "reset"]);
}
