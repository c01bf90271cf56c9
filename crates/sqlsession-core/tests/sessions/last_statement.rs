//! A statement that ends its transaction.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

use sqlsession_core::{
    AsyncEngine, AsyncSession, EngineOptions, ErrorKind, IsolationLevel, SessionOptions, text,
};

use crate::{
    recorder::Recorder,
    scripted::Scripted,
    server::{Answer, End, Server},
};

/// An engine whose driver joins COMMIT and the last statement, or does not.
fn engine(server: &Server, joins: bool) -> AsyncEngine {
    let driver = if joins { Scripted::joining(server) } else { Scripted::new(server) };
    driver.engine(EngineOptions::default().pool_size(1).max_overflow(0))
}

fn session(server: &Server, joins: bool) -> AsyncSession {
    engine(server, joins).session_maker().session()
}

/// Polls the future once, which must not be its end, and drops it.
async fn poll_once(future: impl Future) {
    let mut future = pin!(future);
    assert!(!poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_ready())).await);
}

#[tokio::test]
async fn commit_rides_where_the_driver_can_do_that() {
    let server = Server::default();
    for (joins, sent) in [(true, vec!["BEGIN; insert; COMMIT"]), (false, vec!["BEGIN; insert", "COMMIT"])] {
        let engine = engine(&server, joins);
        let mut session = engine.session_maker().session();
        session.execute_and_commit("insert").await.unwrap();
        assert_eq!(server.sent(), sent);
        assert!(!session.in_transaction() && session.is_active());
        assert_eq!(engine.pool_status().in_use, 0);
        // It is used again as after a commit.
        session.execute("one").await.unwrap();
        session.execute_and_commit("two").await.unwrap();
        session.close().await.unwrap();
        let sent = server.sent();
        assert_eq!(sent[0], "BEGIN; one");
        assert_eq!(sent[1..], if joins { vec!["two; COMMIT"] } else { vec!["two", "COMMIT"] });
    }
}

#[tokio::test]
async fn several_sets_are_committed_likewise() {
    let server = Server::default();
    let sets = || [[("id", 1)], [("id", 2)]];
    session(&server, true).execute_many_and_commit("insert :id", sets()).await.unwrap();
    assert_eq!(server.sent(), ["BEGIN; insert $1 x2; COMMIT"]);
    session(&server, false).execute_many_and_commit("insert :id", sets()).await.unwrap();
    assert_eq!(server.sent(), ["BEGIN; insert $1 x2", "COMMIT"]);
}

#[tokio::test]
async fn a_connection_stays_checked_out() {
    let server = Server::default();
    for joins in [true, false] {
        let engine = engine(&server, joins);
        let mut connection = engine.connect().await.unwrap();
        connection.execute_and_commit("insert").await.unwrap();
        assert!(!connection.in_transaction());
        assert_eq!(engine.pool_status().in_use, 1);
        server.sent();
        connection.execute("two").await.unwrap();
        assert_eq!(server.sent(), ["BEGIN; two"]);
    }
}

#[tokio::test]
async fn the_commit_ends_all_savepoints_and_those_who_watch_are_told() {
    let server = Server::default();
    for joins in [true, false] {
        let recorder = Recorder::new();
        let driver = Scripted { joins, ..Scripted::new(&server) };
        let engine = driver.engine(EngineOptions::default().listen(recorder.clone()));
        let mut session = engine.session_maker().session();
        let outer = session.begin_nested().await.unwrap();
        let inner = session.begin_nested().await.unwrap();
        session.execute_and_commit("insert").await.unwrap();
        let mut sent = vec!["BEGIN", "Savepoint(1)", "Savepoint(2)"];
        sent.extend(if joins { vec!["insert; COMMIT"] } else { vec!["insert", "COMMIT"] });
        assert_eq!(server.sent(), sent);
        assert!(!session.is_savepoint_active(outer) && !session.is_savepoint_active(inner));
        let told = ["begin", "savepoint 1", "savepoint 2", "insert", "insert x1: ok"];
        let ends = ["release 2", "release 1", "commit", "reset"];
        assert_eq!(recorder.told(), [told.as_slice(), ends.as_slice()].concat(), "joins: {joins}");
    }
}

#[tokio::test]
async fn a_statement_that_fails_commits_nothing() {
    let server = Server::default();
    server.answers("bad", Answer::new(End::Fails(ErrorKind::UniqueViolation)));
    for joins in [true, false] {
        let engine = engine(&server, joins);
        for earlier in [false, true] {
            let mut session = engine.session_maker().session();
            if earlier {
                session.execute("one").await.unwrap();
            }
            let error = session.execute_and_commit("bad").await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UniqueViolation);
            assert_eq!(error.statement(), Some("bad"));
            assert!(session.in_transaction() && !session.is_active());
            for refused in [session.execute("two").await.map(drop), session.commit().await] {
                assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidState, "earlier: {earlier}");
            }
            session.rollback().await.unwrap();
            let sent = server.sent();
            assert_eq!(sent.iter().filter(|sent| *sent == "COMMIT").count(), 0);
            assert_eq!(sent.iter().filter(|sent| *sent == "ROLLBACK").count(), usize::from(!joins));
            session.execute_and_commit("two").await.unwrap();
            server.sent();
        }
        assert_eq!(engine.pool_status().in_use, 0);
    }
}

#[tokio::test]
async fn bad_input_leaves_the_transaction_as_it_was() {
    let server = Server::default();
    let mut session = session(&server, true);
    session.execute("one").await.unwrap();
    let error = session.execute_and_commit("insert :id").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadParameter);
    session.execute_and_commit(text("insert :id").bind("id", 1)).await.unwrap();
    assert_eq!(server.sent(), ["BEGIN; one", "insert $1; COMMIT"]);
}

#[tokio::test]
async fn a_connection_lost_meanwhile_leaves_the_outcome_unknown() {
    let server = Server::default();
    for (end, expected) in [
        (End::Lost(ErrorKind::ConnectionLost), ErrorKind::CommitUnknown),
        (End::Lost(ErrorKind::CommitUnknown), ErrorKind::CommitUnknown),
        (End::Lost(ErrorKind::StatementCommitted), ErrorKind::StatementCommitted),
        (End::Lost(ErrorKind::UniqueViolation), ErrorKind::UniqueViolation),
        (End::Gone, ErrorKind::CommitUnknown),
    ] {
        let engine = engine(&server, true);
        server.answers("insert", Answer::new(end));
        let mut session = engine.session_maker().session();
        let error = session.execute_and_commit("insert").await.unwrap_err();
        assert_eq!(error.kind(), expected, "{end:?}");
        assert!(!error.is_retryable());
        assert_eq!(session.execute("two").await.unwrap_err().kind(), ErrorKind::InvalidState);
        session.rollback().await.unwrap();
        session.execute("two").await.unwrap();
        session.close().await.unwrap();
        assert_eq!((engine.pool_status().in_use, server.open()), (0, 1));
    }
}

#[tokio::test]
async fn a_statement_committed_by_itself_breaks_the_session() {
    let server = Server::default();
    server.answers("insert", Answer::new(End::Lost(ErrorKind::StatementCommitted)));
    let mut session = session(&server, false);
    assert_eq!(session.execute("insert").await.unwrap_err().kind(), ErrorKind::StatementCommitted);
    assert_eq!(session.execute("two").await.unwrap_err().kind(), ErrorKind::InvalidState);
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::InvalidState);
    session.rollback().await.unwrap();
    session.execute("two").await.unwrap();
    // Whoever drops its future must not be told that it was undone.
    let answer = Answer::new(End::Lost(ErrorKind::StatementCommitted)).after(3).stubborn();
    server.answers("three", answer);
    session.rollback().await.unwrap();
    poll_once(session.execute("three")).await;
    let error = session.rollback().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StatementCommitted);
    session.rollback().await.unwrap();
}

#[tokio::test]
async fn the_rollback_after_a_dropped_future_tells_the_outcome() {
    let server = Server::default();
    let goes_through = Answer::new(End::Ok).after(3).stubborn();
    let lost = Answer::new(End::Lost(ErrorKind::ConnectionLost)).after(3).stubborn();
    let fails = Answer::new(End::Fails(ErrorKind::UniqueViolation)).after(3).stubborn();
    let gone = Answer::new(End::Gone).after(3).stubborn();
    for (answer, joins, expected) in [
        (goes_through, true, Some(ErrorKind::CommitUnknown)),
        (goes_through, false, None),
        (lost, true, Some(ErrorKind::CommitUnknown)),
        (gone, true, Some(ErrorKind::CommitUnknown)),
        (fails, true, None),
        (fails, false, None),
        // One that can be cancelled is.
        (Answer::new(End::Ok).after(3), true, None),
        (Answer::new(End::Ok).after(3), false, None),
    ] {
        let engine = engine(&server, joins);
        for close in [false, true] {
            server.answers("insert", answer);
            let mut session = engine.session_maker().session();
            poll_once(session.execute_and_commit("insert")).await;
            assert_eq!(session.execute("two").await.unwrap_err().kind(), ErrorKind::Interrupted);
            let told = if close { session.close().await } else { session.rollback().await };
            assert_eq!(told.err().map(|error| error.kind()), expected, "{answer:?}, joins: {joins}");
            session.execute_and_commit("two").await.unwrap();
            assert_eq!(engine.pool_status().in_use, 0);
            let sent = server.sent();
            assert_eq!(sent[1..].contains(&"COMMIT".to_owned()), !joins, "only that of the second unit");
        }
    }
}

#[tokio::test]
async fn a_future_dropped_under_the_commit_that_follows_tells_the_outcome() {
    let server = Server::default();
    server.answers("COMMIT", Answer::new(End::Ok).after(3));
    let mut session = session(&server, false);
    poll_once(session.execute_and_commit("insert")).await;
    assert_eq!(session.rollback().await.unwrap_err().kind(), ErrorKind::CommitUnknown);
    assert_eq!(server.sent(), ["BEGIN; insert", "COMMIT"]);
}

#[tokio::test]
async fn a_commit_that_fails_leaves_only_rollback() {
    let server = Server::default();
    server.answers("COMMIT", Answer::new(End::Fails(ErrorKind::ForeignKeyViolation)));
    let mut session = session(&server, false);
    let error = session.execute_and_commit("insert").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
    assert_eq!(session.execute("two").await.unwrap_err().kind(), ErrorKind::InvalidState);
    session.rollback().await.unwrap();
    assert_eq!(server.sent(), ["BEGIN; insert", "COMMIT", "ROLLBACK"]);
}

#[tokio::test]
async fn there_is_nothing_to_commit_in_autocommit() {
    let server = Server::default();
    server.answers("bad", Answer::new(End::Fails(ErrorKind::UniqueViolation)));
    let options = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut session = engine(&server, true).session_maker_with(options).session();
    session.execute_and_commit("insert").await.unwrap();
    assert!(!session.in_transaction());
    session.execute_and_commit("bad").await.unwrap_err();
    session.execute_and_commit("insert").await.unwrap();
    assert_eq!(server.sent(), ["Isolation(Some(Autocommit))", "insert", "bad", "insert"]);
}

#[tokio::test]
async fn a_transaction_that_has_only_read_is_not_committed() {
    let server = Server::default();
    server.answers("select", Answer::new(End::Reads));
    let mut session = session(&server, false);
    session.execute_and_commit("select").await.unwrap();
    assert!(!session.in_transaction());
    assert_eq!(server.sent(), ["BEGIN; select", "ROLLBACK"]);
    session.execute("insert").await.unwrap();
    session.execute_and_commit("select").await.unwrap();
    assert_eq!(server.sent(), ["BEGIN; insert", "select", "COMMIT"]);
    drop(session);
    let mut connection = engine(&server, false).connect().await.unwrap();
    connection.execute_and_commit("select").await.unwrap();
    assert!(!connection.in_transaction());
    assert_eq!(server.sent(), ["BEGIN; select", "ROLLBACK"]);
}
