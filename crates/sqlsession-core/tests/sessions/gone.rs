//! A connection that goes behind a good answer, and what was open with it.

use std::{
    pin::pin,
    task::{Context, Waker},
    time::Duration,
};

use sqlsession_core::{AsyncSession, EngineOptions, Error, ErrorKind, Result, RetryOptions};

use crate::{
    item::{Item, UPDATE_ITEM},
    scripted::Scripted,
    server::{Answer, End, Server},
};

#[tokio::test]
async fn what_was_flushed_is_not_committed() {
    let server = Server::default();
    let mut session = Scripted::new(&server).engine(EngineOptions::default()).session_maker().session();
    server.answers(UPDATE_ITEM, Answer::new(End::Gone));
    session.execute("one").await.unwrap();
    session.update(Item(1, 5)).unwrap();
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::ConnectionLost);
    session.rollback().await.unwrap();
    session.execute_and_commit("two").await.unwrap();
}

#[tokio::test]
async fn no_statement_runs_outside_of_the_transaction_that_went() {
    let server = Server::default();
    let engine = Scripted::new(&server).engine(EngineOptions::default());
    server.answers(UPDATE_ITEM, Answer::new(End::Gone));
    let options = RetryOptions::default().attempts(3).first_delay(Duration::from_millis(1));
    let result: Result<()> = engine
        .session_maker()
        .run(&options, async |session: &mut AsyncSession| {
            session.update(Item(1, 5))?;
            session.execute("insert into payments").await?;
            Ok(())
        })
        .await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::ConnectionLost);
    assert!(server.sent().iter().all(|sent| !sent.contains("payments")));
}

#[tokio::test]
async fn nothing_is_committed_behind_a_savepoint_that_was_abandoned() {
    let server = Server::default();
    let mut session = Scripted::new(&server).engine(EngineOptions::default()).session_maker().session();
    session.execute("one").await.unwrap();
    {
        let mut nested = pin!(session.nested(async |session| {
            session.execute("inside").await?;
            std::future::pending::<()>().await;
            Ok::<_, Error>(())
        }));
        assert!(nested.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    server.answers("RollbackTo(1)", Answer::new(End::Gone));
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::ConnectionLost);
}
