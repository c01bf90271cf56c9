//! Units of work that run again.

use std::{
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    task::{Context, Waker},
    time::Duration,
};

use sqlsession_core::{
    AsyncSession, AsyncSessionMaker, EngineOptions, Error, ErrorKind, Result, RetryOptions,
    driver::IsolationLevel,
    events::{Events, RetryEvent},
};

use crate::{
    scripted::Scripted,
    server::{Answer, End, Server},
};

fn quick() -> RetryOptions {
    RetryOptions::default().attempts(3).first_delay(Duration::from_millis(1))
}

fn maker(server: &Server) -> AsyncSessionMaker {
    Scripted::new(server).engine(EngineOptions::default()).session_maker()
}

fn fails(server: &Server, words: &str, kind: ErrorKind) {
    server.answers(words, Answer::new(End::Fails(kind)));
}

/// How often a unit of these texts runs, and how it ends.
async fn run_texts(maker: &AsyncSessionMaker, texts: &[&'static str]) -> (u32, Result<()>) {
    let runs = AtomicU32::new(0);
    let result = maker
        .run(&quick(), async |session| {
            runs.fetch_add(1, Ordering::Relaxed);
            for text in texts {
                session.execute(*text).await?;
            }
            Ok(())
        })
        .await;
    (runs.into_inner(), result)
}

#[tokio::test]
async fn a_unit_that_goes_well_runs_once() {
    let server = Server::default();
    let (runs, result) = run_texts(&maker(&server), &["one"]).await;
    assert_eq!((runs, result.is_ok()), (1, true));
    assert_eq!(server.sent(), ["BEGIN; one", "COMMIT"]);
}

#[tokio::test]
async fn what_passes_is_tried_again_and_what_does_not_is_not() {
    use ErrorKind::{
        Busy, Deadlock, LockTimeout, PoolTimeout, SerializationFailure, StatementTimeout, Syntax,
        UniqueViolation,
    };
    for (kind, expected) in [
        (SerializationFailure, 3),
        (Deadlock, 3),
        (Busy, 3),
        (LockTimeout, 3),
        (UniqueViolation, 1),
        (StatementTimeout, 1),
        (Syntax, 1),
        (PoolTimeout, 1),
    ] {
        let server = Server::default();
        fails(&server, "bad", kind);
        let (runs, result) = run_texts(&maker(&server), &["bad"]).await;
        assert_eq!(runs, expected, "{kind}");
        assert_eq!(result.unwrap_err().kind(), kind);
    }
}

#[tokio::test]
async fn each_attempt_is_rolled_back_before_the_next() {
    let server = Server::default();
    fails(&server, "bad", ErrorKind::Deadlock);
    run_texts(&maker(&server), &["one", "bad"]).await.1.unwrap_err();
    let attempt = ["BEGIN; one", "bad", "ROLLBACK"];
    assert_eq!(server.sent(), [attempt, attempt, attempt].concat());
}

#[tokio::test]
async fn a_commit_that_met_another_is_tried_again() {
    let server = Server::default();
    fails(&server, "COMMIT", ErrorKind::SerializationFailure);
    assert_eq!(run_texts(&maker(&server), &["one"]).await.0, 3);
}

#[tokio::test]
async fn a_connection_that_is_lost_before_commit_is_no_end() {
    let server = Server::default();
    server.answers("bad", Answer::new(End::Lost(ErrorKind::ConnectionLost)));
    let (runs, result) = run_texts(&maker(&server), &["bad"]).await;
    assert_eq!((runs, result.unwrap_err().kind()), (3, ErrorKind::ConnectionLost));
    fails(&server, "CONNECT", ErrorKind::ConnectionFailed);
    let (runs, result) = run_texts(&maker(&server), &["one"]).await;
    assert_eq!((runs, result.unwrap_err().kind()), (3, ErrorKind::ConnectionFailed));
}

/// It ended well on a connection that was of no more use afterwards, of which the next call tells.
#[tokio::test]
async fn nor_is_one_that_is_found_lost_later() {
    let server = Server::default();
    server.answers("one", Answer::new(End::Gone));
    let (runs, result) = run_texts(&maker(&server), &["one"]).await;
    assert_eq!((runs, result.unwrap_err().kind()), (3, ErrorKind::ConnectionLost), "at commit");
    let (runs, result) = run_texts(&maker(&server), &["one", "two"]).await;
    assert_eq!((runs, result.unwrap_err().kind()), (3, ErrorKind::ConnectionLost), "at a statement");
}

#[tokio::test]
async fn a_commit_whose_outcome_is_unknown_is_never_tried_again() {
    let server = Server::default();
    server.answers("COMMIT", Answer::new(End::Lost(ErrorKind::ConnectionLost)));
    let (runs, result) = run_texts(&maker(&server), &["one"]).await;
    assert_eq!((runs, result.unwrap_err().kind()), (1, ErrorKind::CommitUnknown));
}

/// As above, of a COMMIT that rides with the unit's last statement.
#[tokio::test]
async fn nor_is_one_that_rode_with_a_statement() {
    for end in [End::Lost(ErrorKind::ConnectionLost), End::Gone] {
        let server = Server::default();
        server.answers("last", Answer::new(end));
        let engine = Scripted::joining(&server).engine(EngineOptions::default());
        let runs = AtomicU32::new(0);
        let result: Result<()> = engine
            .session_maker()
            .run(&quick(), async |session| {
                runs.fetch_add(1, Ordering::Relaxed);
                session.execute("one").await?;
                session.execute_and_commit("last").await.map(drop)
            })
            .await;
        assert_eq!((runs.into_inner(), result.unwrap_err().kind()), (1, ErrorKind::CommitUnknown), "{end:?}");
    }
}

fn drop_after_a_poll(future: impl Future) {
    let mut cx = Context::from_waker(Waker::noop());
    assert!(pin!(future).poll(&mut cx).is_pending());
}

#[tokio::test]
async fn nor_is_one_whose_future_was_dropped() {
    for ends in [true, false] {
        let server = Server::default();
        server.answers("COMMIT", Answer::new(End::Ok).after(5));
        fails(&server, "bad", ErrorKind::Busy);
        let runs = AtomicU32::new(0);
        let result: Result<()> = maker(&server)
            .run(&quick(), async |session| {
                runs.fetch_add(1, Ordering::Relaxed);
                session.execute("bad").await.unwrap_err();
                drop_after_a_poll(session.commit());
                if ends {
                    session.rollback().await?;
                }
                Err(Error::new(ErrorKind::Database, "the unit's own"))
            })
            .await;
        result.unwrap_err();
        assert_eq!(runs.into_inner(), 1, "ended {ends}");
    }
}

/// Closing a session ends the wait for its COMMIT, and not the COMMIT.
#[tokio::test]
async fn nor_is_one_whose_future_was_dropped_before_the_session_was_closed() {
    let server = Server::default();
    server.answers("COMMIT", Answer::new(End::Ok).after(5));
    fails(&server, "bad", ErrorKind::Deadlock);
    let runs = AtomicU32::new(0);
    let result: Result<()> = maker(&server)
        .run(&quick(), async |session| {
            runs.fetch_add(1, Ordering::Relaxed);
            session.execute("one").await?;
            drop_after_a_poll(session.commit());
            let _ = session.close().await;
            session.execute("bad").await.map(drop)
        })
        .await;
    assert_eq!((runs.into_inner(), result.unwrap_err().kind()), (1, ErrorKind::Deadlock));
}

#[tokio::test]
async fn nor_is_one_that_was_a_text() {
    let server = Server::default();
    fails(&server, "bad", ErrorKind::Deadlock);
    assert_eq!(run_texts(&maker(&server), &["one", "commit", "bad"]).await.0, 1, "answered");
    server.answers("commit", Answer::new(End::Lost(ErrorKind::ConnectionLost)));
    assert_eq!(run_texts(&maker(&server), &["one", "commit"]).await.0, 1, "lost");
    assert_eq!(run_texts(&maker(&server), &["one", "bad"]).await.0, 3);
}

/// The server says that nothing is open, before and after: nobody but the text tells.
#[tokio::test]
async fn nor_is_what_commits_by_itself() {
    let server = Server::default();
    fails(&server, "update bad", ErrorKind::Deadlock);
    let dialect = Scripted::new(&server).dialect.with_implicit_commits();
    let engine = Scripted { dialect, ..Scripted::new(&server) }.engine(EngineOptions::default());
    let maker = engine.session_maker();
    assert_eq!(run_texts(&maker, &["call pay()", "update bad"]).await.0, 1);
    assert_eq!(run_texts(&maker, &["alter table t add n int", "update bad"]).await.0, 1);
    assert_eq!(run_texts(&maker, &["update t set n = 1", "update bad"]).await.0, 3);
}

/// A driver may leave the commit to core, and that may meet another.
#[tokio::test]
async fn a_last_statement_whose_commit_met_another_is_tried_again() {
    let server = Server::default();
    fails(&server, "COMMIT", ErrorKind::SerializationFailure);
    let runs = AtomicU32::new(0);
    let result: Result<()> = maker(&server)
        .run(&quick(), async |session| {
            runs.fetch_add(1, Ordering::Relaxed);
            session.execute_and_commit("last").await.map(drop)
        })
        .await;
    assert_eq!((runs.into_inner(), result.unwrap_err().kind()), (3, ErrorKind::SerializationFailure));
}

#[tokio::test]
async fn what_the_unit_has_committed_itself_is_not_done_twice() {
    let server = Server::default();
    fails(&server, "bad", ErrorKind::Deadlock);
    let runs = AtomicU32::new(0);
    let result: Result<()> = maker(&server)
        .run(&quick(), async |session| {
            runs.fetch_add(1, Ordering::Relaxed);
            session.execute("one").await?;
            session.commit().await?;
            session.execute("bad").await.map(drop)
        })
        .await;
    assert_eq!((runs.into_inner(), result.unwrap_err().kind()), (1, ErrorKind::Deadlock));
}

#[tokio::test]
async fn what_the_unit_has_rolled_back_itself_may_be_done_again() {
    let server = Server::default();
    fails(&server, "bad", ErrorKind::SerializationFailure);
    let runs = AtomicU32::new(0);
    let result: Result<()> = maker(&server)
        .run(&quick(), async |session| {
            runs.fetch_add(1, Ordering::Relaxed);
            session.execute("one").await?;
            let failed = session.execute("bad").await.map(drop);
            session.rollback().await?;
            failed
        })
        .await;
    assert_eq!((runs.into_inner(), result.unwrap_err().kind()), (3, ErrorKind::SerializationFailure));
}

#[derive(Debug)]
struct OutOfStock;

impl From<Error> for OutOfStock {
    fn from(_: Error) -> Self {
        Self
    }
}

/// The session knows what happened, whatever the unit makes of it.
#[tokio::test]
async fn the_units_error_may_be_of_any_type() {
    let server = Server::default();
    fails(&server, "bad", ErrorKind::Deadlock);
    let runs = AtomicU32::new(0);
    let result: Result<(), OutOfStock> = maker(&server)
        .run(&quick(), async |session| {
            runs.fetch_add(1, Ordering::Relaxed);
            session.nested(async |session| session.execute("bad").await.map(drop)).await?;
            Ok(())
        })
        .await;
    assert_eq!((runs.into_inner(), result.is_err()), (3, true));
}

#[tokio::test]
async fn a_failure_that_the_unit_got_over_does_not_count() {
    let server = Server::default();
    fails(&server, "bad", ErrorKind::LockTimeout);
    let runs = AtomicU32::new(0);
    let result: Result<(), OutOfStock> = maker(&server)
        .run(&quick(), async |session| {
            runs.fetch_add(1, Ordering::Relaxed);
            session.execute("bad").await.unwrap_err();
            session.execute("something else").await?;
            Err(OutOfStock)
        })
        .await;
    assert_eq!((runs.into_inner(), result.is_err()), (1, true));
}

#[tokio::test]
async fn autocommit_is_refused() {
    let server = Server::default();
    let options = EngineOptions::default().isolation_level(IsolationLevel::Autocommit);
    let maker = Scripted::new(&server).engine(options).session_maker();
    let (runs, result) = run_texts(&maker, &["one"]).await;
    assert_eq!((runs, result.unwrap_err().kind()), (0, ErrorKind::Configuration));
    assert!(server.sent().is_empty());
}

#[derive(Debug, Default)]
struct Told(Mutex<Vec<(u32, ErrorKind)>>);

impl Events for Told {
    fn retry(&self, event: RetryEvent) {
        self.0.lock().unwrap().push((event.failures, event.kind));
    }
}

#[tokio::test]
async fn those_who_watch_are_told() {
    let server = Server::default();
    fails(&server, "bad", ErrorKind::Busy);
    let told = Arc::new(Told::default());
    let engine = Scripted::new(&server).engine(EngineOptions::default().listen(told.clone()));
    run_texts(&engine.session_maker(), &["bad"]).await.1.unwrap_err();
    assert_eq!(*told.0.lock().unwrap(), [(1, ErrorKind::Busy), (2, ErrorKind::Busy)]);
}

#[test]
fn a_blocking_unit_runs_again_as_well() {
    let server = Server::default();
    fails(&server, "bad", ErrorKind::Deadlock);
    let engine = Scripted::new(&server).blocking_engine(EngineOptions::default());
    let mut runs = 0;
    let result: Result<()> = engine.session_maker().run(&quick(), |session| {
        runs += 1;
        session.execute(if runs < 3 { "bad" } else { "good" }).map(drop)
    });
    result.unwrap();
    assert_eq!(runs, 3);
    assert_eq!(server.sent().last().unwrap(), "COMMIT");
}

/// The closure may own what it uses, and its future is `Send`.
#[tokio::test]
async fn a_unit_runs_in_a_task() {
    let maker = maker(&Server::default());
    let text = String::from("one");
    let task = tokio::spawn(async move {
        maker
            .run(&quick(), async move |session: &mut AsyncSession| {
                session.execute(text.clone()).await?;
                Ok::<_, Error>(text.len())
            })
            .await
    });
    assert_eq!(task.await.unwrap().unwrap(), 3);
}
