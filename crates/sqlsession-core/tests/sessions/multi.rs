//! A text of several statements.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

use sqlsession_core::{AsyncSession, EngineOptions, ErrorKind, text};

use crate::{
    recorder::Recorder,
    scripted::Scripted,
    server::{Answer, End, Server},
};

fn session(server: &Server, at_once: bool) -> AsyncSession {
    let mut driver = Scripted::new(server);
    driver.dialect.several_statements = at_once;
    driver.engine(EngineOptions::default().pool_size(1).max_overflow(0)).session_maker().session()
}

#[tokio::test]
async fn a_server_that_takes_one_at_a_time_gets_one_at_a_time() {
    let server = Server::default();
    let recorder = Recorder::new();
    let engine = Scripted::new(&server).engine(EngineOptions::default().listen(recorder.clone()));
    let mut session = engine.session_maker().session();
    assert_eq!(session.execute_multi("one; select '\\:;' ; two;").await.unwrap().len(), 3);
    assert_eq!(server.sent(), ["BEGIN; one", "select '\\:;'", "two"]);
    let told = recorder.told();
    assert!(
        ["one", "select '\\:;'", "two"].iter().all(|sql| told.iter().any(|told| told == sql)),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_server_that_takes_several_gets_them_at_once() {
    let server = Server::default();
    let mut session = session(&server, true);
    session.execute_multi("one; two").await.unwrap();
    assert_eq!(server.sent(), ["BEGIN; one; two"]);
    assert!(session.execute_multi(" ; -- none").await.unwrap().is_empty());
    assert!(server.sent().is_empty());
}

#[tokio::test]
async fn several_with_parameters_are_refused_and_one_is_not() {
    let server = Server::default();
    for at_once in [true, false] {
        let mut session = session(&server, at_once);
        // Not even the savepoint is sent.
        session.begin_nested().await.unwrap();
        let error = session.execute_multi(text("one; two :n").bind("n", 1)).await.unwrap_err();
        assert_eq!((error.kind(), error.statement()), (ErrorKind::Unsupported, Some("one; two $1")));
        assert!(server.sent().is_empty());
        session.rollback().await.unwrap();
        session.execute_multi(text("one :n;").bind("n", 1)).await.unwrap();
        session.rollback().await.unwrap();
        assert_eq!(server.sent(), ["BEGIN; one $1;", "ROLLBACK"]);
    }
}

#[tokio::test]
async fn an_error_says_which_statement_and_those_behind_it_do_not_run() {
    let server = Server::default();
    server.answers("two", Answer::new(End::Fails(ErrorKind::Syntax)));
    let mut session = session(&server, false);
    let error = session.execute_multi("one; two; three").await.unwrap_err();
    assert_eq!(
        (error.kind(), error.statement_number(), error.statement()),
        (ErrorKind::Syntax, Some(2), Some("two"))
    );
    assert_eq!(server.sent(), ["BEGIN; one", "two"]);
    assert!(session.is_active());
    session.commit().await.unwrap();
    assert_eq!(server.sent(), ["COMMIT"]);
}

#[tokio::test]
async fn one_timeout_is_for_all() {
    let server = Server::default();
    let mut session = session(&server, false);
    let statement = text("one; two").timeout(Duration::ZERO);
    let error = session.execute_multi(statement).await.unwrap_err();
    assert_eq!((error.kind(), error.statement_number()), (ErrorKind::StatementTimeout, Some(1)));
    assert!(server.sent().is_empty() && session.is_active());
}

#[tokio::test]
async fn dropped_between_two_of_them_it_is_interrupted() {
    let server = Server::default();
    let mut session = session(&server, false);
    let sql = vec!["one"; 1_000].join("; ");
    {
        // At some time a task has to let others run, where no statement is on its way.
        let mut future = pin!(session.execute_multi(sql));
        assert!(!poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_ready())).await);
    }
    assert!((2..999).contains(&server.sent().len()));
    assert_eq!(session.execute("next").await.unwrap_err().kind(), ErrorKind::Interrupted);
    session.rollback().await.unwrap();
    assert_eq!(server.sent(), ["ROLLBACK"]);
}
