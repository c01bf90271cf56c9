//! What is told of a text that may commit, or of a statement in AUTOCOMMIT, whose answer did not come or nobody waited for.

use std::{
    future::poll_fn,
    pin::pin,
    sync::atomic::{AtomicU32, Ordering},
    task::{Context, Poll, Waker},
    time::Duration,
};

use sqlsession_core::{
    AsyncSession, EngineOptions, ErrorKind, OuterTransaction, Result, RetryOptions, SessionOptions,
    driver::IsolationLevel,
};

use crate::{
    item::Item,
    scripted::Scripted,
    server::{Answer, End, Server},
};

fn session(server: &Server, autocommit: bool) -> AsyncSession {
    let mut options = SessionOptions::default();
    options.isolation_level = autocommit.then_some(IsolationLevel::Autocommit);
    Scripted::new(server).engine(EngineOptions::default()).session_maker_with(options).session()
}

fn poll_once(future: impl Future) {
    let mut cx = Context::from_waker(Waker::noop());
    assert!(pin!(future).poll(&mut cx).is_pending());
}

#[tokio::test]
async fn a_connection_lost_under_what_may_be_durable() {
    use ErrorKind::{CommitUnknown, ConnectionLost};
    for (autocommit, text, expected) in [
        (false, "commit", CommitUnknown),
        (false, "end", CommitUnknown),
        (false, "insert", ConnectionLost),
        (true, "insert", CommitUnknown),
        (true, "select 1", ConnectionLost),
        (true, "(values (1))", ConnectionLost),
        (true, "/* a */ with a as (select 1) select * from a", ConnectionLost),
        (true, "select 1; select 2", ConnectionLost),
        (true, "select 1; insert", CommitUnknown),
    ] {
        let server = Server::default();
        server.answers(text, Answer::new(End::Lost(ConnectionLost)));
        let mut session = session(&server, autocommit);
        session.execute("one").await.unwrap();
        let error = session.execute(text).await.unwrap_err();
        assert_eq!((error.kind(), error.statement()), (expected, Some(text)), "{text}");
        session.rollback().await.unwrap();
        session.execute("one").await.unwrap();
        let error = session.execute_script(text).await.unwrap_err();
        assert_eq!(error.kind(), expected, "{text} as a script");
        session.rollback().await.unwrap();
    }
    let server = Server::default();
    let sets = || [[("id", 1)], [("id", 2)]];
    for (autocommit, expected) in [(false, ConnectionLost), (true, CommitUnknown)] {
        let mut session = session(&server, autocommit);
        server.answers("insert $1 x2", Answer::new(End::Lost(ConnectionLost)));
        assert_eq!(session.execute_many("insert :id", sets()).await.unwrap_err().kind(), expected);
    }
}

#[tokio::test]
async fn the_rollback_after_a_statement_dropped_in_autocommit() {
    let well = Answer::new(End::Ok).after(3).stubborn();
    let reads = Answer::new(End::Reads).after(3).stubborn();
    let fails = Answer::new(End::Fails(ErrorKind::UniqueViolation)).after(3).stubborn();
    let lost = Answer::new(End::Lost(ErrorKind::ConnectionLost)).after(3).stubborn();
    let unknown = Some(ErrorKind::CommitUnknown);
    for (autocommit, text, answer, expected) in [
        (true, "insert", well, unknown),
        (true, "insert", lost, unknown),
        (true, "insert", fails, None),
        (true, "insert", Answer::new(End::Ok).after(3), None),
        (true, "insert", reads, None),
        (true, "select 1", well, None),
        (true, "select 1", lost, None),
        (false, "insert", well, None),
        (false, "insert", lost, None),
        (false, "commit", well, unknown),
        (false, "commit", reads, unknown),
        // The server has said that nothing is committed.
        (false, "commit", fails, None),
        (true, "call p()", fails, unknown),
        (false, "commit", lost, unknown),
    ] {
        for (close, rides) in [(false, false), (true, false), (false, true)] {
            if rides && !autocommit {
                continue;
            }
            let server = Server::default();
            server.answers(text, answer);
            let mut session = session(&server, autocommit);
            session.execute("one").await.unwrap();
            if rides {
                poll_once(session.execute_and_commit(text));
            } else {
                poll_once(session.execute(text));
            }
            let ended = if close { session.close().await } else { session.rollback().await };
            assert_eq!(
                ended.err().map(|error| error.kind()),
                expected,
                "{text} {answer:?} {autocommit} {rides}"
            );
            session.rollback().await.unwrap();
            session.execute("two").await.unwrap();
        }
    }
}

/// What was added is written before the operation, and stays when that is dropped.
#[tokio::test]
async fn what_a_flush_has_made_durable_is_told_where_the_operation_behind_it_was_dropped() {
    let slow = Answer::new(End::Ok).after(3);
    let server = Server::default();
    let mut session = session(&server, true);
    let select = r#"SELECT "id", "n" FROM "items" WHERE ("id" = $1)"#;
    let savepoint = "Savepoint(1)";
    let bulk = "bulk t(n)";
    for words in ["select 1", "select $1 x2", "select 2", select, bulk, savepoint] {
        server.answers(words, slow);
    }
    let sets = || [[("id", 1)], [("id", 2)]];
    for way in 0..10 {
        for close in [false, true] {
            session.add(Item(1, 1)).unwrap();
            match way {
                0 => poll_once(session.execute("select 1")),
                1 => poll_once(session.execute_many("select :id", sets())),
                2 => poll_once(session.execute_and_commit("select 1")),
                3 => poll_once(session.execute_many_and_commit("select :id", sets())),
                4 => poll_once(session.execute_multi("select 1; select 2")),
                5 => poll_once(session.execute_multi("select 3; select 2")),
                6 => poll_once(session.execute_script("select 1")),
                7 => poll_once(session.get::<Item>(7)),
                8 => poll_once(session.bulk_insert("t", ["n"], [(1,), (2,)])),
                _ => {
                    session.begin_nested().await.unwrap();
                    session.add(Item(2, 2)).unwrap();
                    poll_once(session.execute("select 1"));
                }
            }
            let ended = if close { session.close().await } else { session.rollback().await };
            let kind = ended.err().map(|error| error.kind());
            // The savepoint was not sent yet, and the second flush waits for it.
            let expected = (way != 9).then_some(ErrorKind::CommitUnknown);
            assert_eq!(kind, expected, "{way} {close}");
            session.rollback().await.unwrap();
        }
    }
}

/// The answer of the operation tells of the flush before it.
#[tokio::test]
async fn a_flush_that_was_answered_is_not_told_again() {
    let server = Server::default();
    server.answers("bad", Answer::new(End::Fails(ErrorKind::UniqueViolation)));
    let mut session = session(&server, true);
    let sets = || [[("id", 1)], [("id", 2)]];
    for way in 0..11 {
        session.add(Item(1, 1)).unwrap();
        match way {
            0 => drop(session.execute("select 1").await.unwrap()),
            1 => drop(session.execute_many("select :id", sets()).await.unwrap()),
            2 => drop(session.execute_and_commit("select 1").await.unwrap()),
            3 => drop(session.execute_multi("select 1; select 2").await.unwrap()),
            4 => session.execute_script("select 1").await.unwrap(),
            5 => drop(session.get::<Item>(7).await),
            6 => drop(session.bulk_insert("t", ["n"], [(1,), (2,)]).await.unwrap()),
            7 => session.flush().await.unwrap(),
            8 => drop(session.execute("select :missing").await.unwrap_err()),
            9 => drop(session.execute("bad").await.unwrap_err()),
            _ => drop(session.execute_multi("select 1; bad").await.unwrap_err()),
        }
        session.rollback().await.unwrap_or_else(|error| panic!("{way}: {error}"));
    }
}

/// A rollback that is dropped before it has told leaves it to the next.
#[tokio::test]
async fn a_rollback_that_was_dropped_is_told_by_the_next() {
    for close in [false, true] {
        let server = Server::default();
        let mut session = session(&server, false);
        session.execute("one").await.unwrap();
        let text = "commit; begin; two";
        server.answers(text, Answer::new(End::Fails(ErrorKind::UniqueViolation)));
        session.execute_script(text).await.unwrap_err();
        server.answers("ROLLBACK", Answer::new(End::Ok).after(3).stubborn());
        poll_once(session.rollback());
        let ended = if close { session.close().await } else { session.rollback().await };
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::CommitUnknown, "close: {close}");
        session.rollback().await.unwrap();
    }
}

/// The connection of a last statement that does not end is thrown away, and the rollback dropped behind that.
#[tokio::test]
async fn a_rollback_that_was_dropped_when_it_gave_up_is_told_by_the_next() {
    let server = Server::default();
    let driver = Scripted::joining(&server);
    let mut session = driver.engine(EngineOptions::default()).session_maker().session();
    server.answers("insert", Answer::new(End::Never));
    poll_once(session.execute_and_commit("insert"));
    {
        let mut rollback = pin!(session.rollback());
        poll_fn(|cx| match (rollback.as_mut().poll(cx), server.open()) {
            (Poll::Pending, 0) => Poll::Ready(()),
            (ended, _) => {
                assert!(ended.is_pending());
                Poll::Pending
            }
        })
        .await;
    }
    assert_eq!(session.rollback().await.unwrap_err().kind(), ErrorKind::CommitUnknown);
}

/// A text that was dropped before it was sent, and something else that was dropped after it was.
#[tokio::test]
async fn what_was_never_sent_is_not_told_of() {
    let server = Server::default();
    let mut session = session(&server, false);
    session.execute("one").await.unwrap();
    tokio::task::yield_now().await;
    while tokio::task::coop::has_budget_remaining() {
        tokio::task::coop::consume_budget().await;
    }
    poll_once(session.execute_script("commit"));
    tokio::task::yield_now().await;
    session.begin_nested().await.unwrap();
    server.answers("Savepoint(1)", Answer::new(End::Ok).after(3).stubborn());
    poll_once(session.execute("inside"));
    session.rollback().await.unwrap();
    assert_eq!(server.sent(), ["BEGIN; one", "Savepoint(1)", "ROLLBACK"]);
}

/// It says nothing of the COMMIT that is sent and fails.
#[tokio::test]
async fn a_commit_that_fails_is_not_taken_for_a_text_that_was_never_sent() {
    let server = Server::default();
    let mut session = session(&server, false);
    session.execute("one").await.unwrap();
    tokio::task::yield_now().await;
    while tokio::task::coop::has_budget_remaining() {
        tokio::task::coop::consume_budget().await;
    }
    poll_once(session.execute_script("commit; begin; two"));
    tokio::task::yield_now().await;
    server.answers("COMMIT", Answer::new(End::Fails(ErrorKind::UniqueViolation)));
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::UniqueViolation);
    session.rollback().await.unwrap();
    assert_eq!(server.sent(), ["BEGIN; one", "COMMIT", "ROLLBACK"]);
}

/// As one that is longer than the server takes.
#[tokio::test]
async fn a_text_that_the_driver_does_not_send_is_not_told_of() {
    let server = Server::default();
    let text = "commit; begin; two";
    server.answers(text, Answer::new(End::Fails(ErrorKind::BadParameter)));
    let mut session = session(&server, false);
    session.execute("one").await.unwrap();
    assert_eq!(session.execute_script(text).await.unwrap_err().kind(), ErrorKind::BadParameter);
    session.rollback().await.unwrap();
}

#[tokio::test]
async fn what_was_released_inside_of_an_outer_transaction_is_not_run_again() {
    let server = Server::default();
    server.answers("bad", Answer::new(End::Fails(ErrorKind::LockTimeout)));
    let engine = Scripted::new(&server).engine(EngineOptions::default());
    let outer = OuterTransaction::begin(&engine).await.unwrap();
    let retry = RetryOptions::default().attempts(3).first_delay(Duration::from_millis(1));
    for (commits, expected) in [(true, 1), (false, 3)] {
        let runs = AtomicU32::new(0);
        let failed: Result<()> = outer
            .engine()
            .session_maker()
            .run(&retry, async |session| {
                runs.fetch_add(1, Ordering::Relaxed);
                session.execute("one").await?;
                if commits {
                    session.commit().await?;
                }
                session.execute("bad").await.map(drop)
            })
            .await;
        assert_eq!((runs.into_inner(), failed.unwrap_err().kind()), (expected, ErrorKind::LockTimeout));
    }
    outer.rollback().await.unwrap();
}
