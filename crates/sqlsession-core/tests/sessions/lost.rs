//! A connection that is lost, and those that may have been lost with it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sqlsession_core::{AsyncEngine, EngineOptions, ErrorKind, driver::IsolationLevel};

use crate::{
    scripted::Scripted,
    server::{Answer, End, Server},
};

/// An engine with two idle connections, and a session that loses a third one.
async fn loses_one(server: &Server) -> AsyncEngine {
    let engine = Scripted::new(server).engine(EngineOptions::default());
    let mut sessions = [(); 3].map(|()| engine.session_maker().session());
    for session in &mut sessions {
        session.execute("one").await.unwrap();
    }
    let [mut loser, ..] = sessions;
    server.answers("lost", Answer::new(End::Lost(ErrorKind::ConnectionLost)));
    assert_eq!(loser.execute("lost").await.unwrap_err().kind(), ErrorKind::ConnectionLost);
    loser.rollback().await.unwrap();
    engine
}

async fn use_both(engine: &AsyncEngine) {
    let mut sessions = [(); 2].map(|()| engine.session_maker().session());
    for session in &mut sessions {
        session.execute("two").await.unwrap();
        session.commit().await.unwrap();
    }
    let mut connections = Vec::new();
    for _ in 0..2 {
        connections.push(engine.connect().await.unwrap());
    }
}

#[tokio::test]
async fn idle_ones_are_asked_once_when_another_was_lost() {
    let server = Server::default();
    let engine = loses_one(&server).await;
    server.sent();
    use_both(&engine).await;
    assert_eq!(server.sent().iter().filter(|sent| *sent == "Ping").count(), 2);
    use_both(&engine).await;
    assert!(!server.sent().contains(&"Ping".to_owned()), "they are known to be good");
    assert_eq!(server.open(), 2);
}

#[tokio::test]
async fn those_that_do_not_answer_are_replaced_without_an_error() {
    let server = Server::default();
    let engine = loses_one(&server).await;
    server.answers("Ping", Answer::new(End::Lost(ErrorKind::ConnectionLost)));
    use_both(&engine).await;
    server.sent();
    use_both(&engine).await;
    assert!(!server.sent().contains(&"Ping".to_owned()), "the new ones are younger than the loss");
}

#[tokio::test]
async fn a_savepoint_of_a_lost_connection_is_undone_already() {
    let server = Server::default();
    let engine = Scripted::new(&server).engine(EngineOptions::default());
    let mut session = engine.session_maker().session();
    session.execute("one").await.unwrap();
    let outer = session.begin_nested().await.unwrap();
    let inner = session.begin_nested().await.unwrap();
    server.answers("lost", Answer::new(End::Lost(ErrorKind::ConnectionLost)));
    assert_eq!(session.execute("lost").await.unwrap_err().kind(), ErrorKind::ConnectionLost);
    session.rollback_to(inner).await.unwrap();
    session.rollback_to(outer).await.unwrap();
    assert!(session.in_transaction() && !session.in_nested_transaction());
    // The whole of it is lost, which is not to go unnoticed.
    assert_eq!(session.execute("two").await.unwrap_err().kind(), ErrorKind::InvalidState);
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::InvalidState);
    session.rollback().await.unwrap();
    session.execute("two").await.unwrap();
}

/// Whoever comes next is told that the connection is lost, and not that the call does not fit: that is the first word of
/// it, and a unit may be run again after it.
#[tokio::test]
async fn a_connection_that_goes_with_a_good_answer_is_told_as_lost_once() {
    let server = Server::default();
    let engine = Scripted::new(&server).engine(EngineOptions::default());
    server.answers("gone", Answer::new(End::Gone));
    let mut session = engine.session_maker().session();
    for commit in [false, true] {
        session.execute("gone").await.unwrap();
        let error = if commit { session.commit().await } else { session.execute("two").await.map(drop) };
        assert_eq!(error.unwrap_err().kind(), ErrorKind::ConnectionLost);
        assert_eq!(session.execute("two").await.unwrap_err().kind(), ErrorKind::InvalidState);
        assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::InvalidState);
        session.rollback().await.unwrap();
    }
    assert!(!server.sent().contains(&"COMMIT".to_owned()));
}

/// An error of the statement says nothing of the connection, and a savepoint that is rolled back neither.
#[tokio::test]
async fn a_connection_that_goes_with_another_error_is_told_as_lost() {
    let server = Server::default();
    let engine = Scripted::new(&server).engine(EngineOptions::default());
    server.answers("refused", Answer::new(End::Lost(ErrorKind::CheckViolation)));
    let mut session = engine.session_maker().session();
    session.execute("one").await.unwrap();
    let savepoint = session.begin_nested().await.unwrap();
    assert_eq!(session.execute("refused").await.unwrap_err().kind(), ErrorKind::CheckViolation);
    session.rollback_to(savepoint).await.unwrap();
    assert_eq!(session.execute("two").await.unwrap_err().kind(), ErrorKind::ConnectionLost);
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::InvalidState);
}

/// The isolation level and a savepoint go out before the statement, which then has no connection.
#[tokio::test]
async fn a_connection_that_goes_before_the_statement_is_told_as_lost() {
    let server = Server::default();
    let options = EngineOptions::default().isolation_level(IsolationLevel::Serializable);
    let engine = Scripted::new(&server).engine(options);
    let mut session = engine.session_maker().session();
    for words in ["Isolation(Some(Serializable))", "Savepoint(1)"] {
        server.answers(words, Answer::new(End::Gone));
        for streams in [false, true] {
            session.begin_nested().await.unwrap();
            let error = if streams {
                session.stream("one").await.map(drop)
            } else {
                session.execute("one").await.map(drop)
            };
            assert_eq!(error.unwrap_err().kind(), ErrorKind::ConnectionLost, "{words}");
            assert_eq!(session.execute("two").await.unwrap_err().kind(), ErrorKind::InvalidState);
            session.rollback().await.unwrap();
        }
        server.answers(words, Answer::new(End::Ok));
    }
    session.execute("one").await.unwrap();
    session.commit().await.unwrap();
}

#[test]
fn the_place_of_a_connection_that_panicked_is_free_for_the_same_session() {
    let server = Server::default();
    let options = EngineOptions::default().pool_size(1).max_overflow(0);
    let engine = Scripted::new(&server).blocking_engine(options);
    let mut session = engine.session_maker().session();
    server.answers("panics", Answer::new(End::Panics));
    for before in [None, Some("one")] {
        if let Some(sql) = before {
            session.execute(sql).unwrap();
        }
        assert!(catch_unwind(AssertUnwindSafe(|| session.execute("panics"))).is_err());
        assert_eq!(server.open(), 0);
        let next = session.execute("two");
        // What was done before in the transaction is gone, and has to be rolled back.
        assert_eq!(next.err().map(|error| error.kind()), before.map(|_| ErrorKind::ConnectionLost));
        session.rollback().unwrap();
        session.execute("three").unwrap();
        session.commit().unwrap();
    }
}
