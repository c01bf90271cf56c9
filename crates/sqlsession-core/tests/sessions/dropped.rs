//! Futures that are dropped where nothing of theirs runs: between two operations.

use std::{future::poll_fn, pin::Pin, task::Poll};

use sqlsession_core::{AsyncSession, EngineOptions, Error, ErrorKind, OuterTransaction};

use crate::{
    item::{Item, UPDATE_ITEM},
    recorder::Recorder,
    scripted::Scripted,
    server::{Answer, End, Server},
};

async fn session(server: &Server) -> AsyncSession {
    let mut session = Scripted::new(server).engine(EngineOptions::default()).session_maker().session();
    session.execute("one").await.unwrap();
    session
}

/// Polls it once, with nothing left of the task's budget if so.
async fn poll_pending<T>(future: Pin<&mut impl Future<Output = T>>, without_budget: bool) {
    let mut future = future;
    tokio::task::yield_now().await;
    while without_budget && tokio::task::coop::has_budget_remaining() {
        tokio::task::coop::consume_budget().await;
    }
    poll_fn(|cx| {
        assert!(future.as_mut().poll(cx).is_pending());
        Poll::Ready(())
    })
    .await;
}

#[tokio::test]
async fn a_savepoint_whose_unit_is_over_is_undone() {
    for goes_well in [false, true] {
        let server = Server::default();
        let mut session = session(&server).await;
        {
            let nested = session.nested(async move |session| {
                session.execute("inside").await?;
                while tokio::task::coop::has_budget_remaining() {
                    tokio::task::coop::consume_budget().await;
                }
                if goes_well { Ok(()) } else { Err(Error::new(ErrorKind::BadParameter, "the unit's")) }
            });
            poll_pending(Box::pin(nested).as_mut(), false).await;
        }
        tokio::task::yield_now().await;
        session.commit().await.unwrap();
        assert!(server.sent().contains(&"RollbackTo(1)".to_owned()), "goes well: {goes_well}");
    }
}

#[tokio::test]
async fn a_last_statement_whose_commit_was_not_sent_interrupts() {
    let server = Server::default();
    let mut session = session(&server).await;
    server.answers("last", Answer::new(End::Ok).after(1));
    {
        let mut last = Box::pin(session.execute_and_commit("last"));
        poll_pending(last.as_mut(), false).await;
        poll_pending(last.as_mut(), true).await;
    }
    tokio::task::yield_now().await;
    assert_eq!(session.execute_and_commit("last").await.unwrap_err().kind(), ErrorKind::Interrupted);
    session.rollback().await.unwrap();
    assert!(!server.sent().contains(&"COMMIT".to_owned()));
}

#[tokio::test]
async fn a_last_statement_whose_release_was_not_sent_interrupts() {
    for many in [false, true] {
        let server = Server::default();
        let engine = Scripted::new(&server).engine(EngineOptions::default());
        let outer = OuterTransaction::begin(&engine).await.unwrap();
        let mut session = outer.engine().session_maker().session();
        session.execute("one").await.unwrap();
        server.answers("last", Answer::new(End::Ok).after(1));
        server.answers("last $1 x2", Answer::new(End::Ok).after(1));
        let sets = [[("id", 1)], [("id", 2)]];
        if many {
            let mut last = Box::pin(session.execute_many_and_commit("last :id", sets));
            poll_pending(last.as_mut(), false).await;
            poll_pending(last.as_mut(), true).await;
        } else {
            let mut last = Box::pin(session.execute_and_commit("last"));
            poll_pending(last.as_mut(), false).await;
            poll_pending(last.as_mut(), true).await;
        }
        tokio::task::yield_now().await;
        assert_eq!(session.execute("two").await.unwrap_err().kind(), ErrorKind::Interrupted, "many: {many}");
        session.rollback().await.unwrap();
        let sent = server.sent();
        assert!(sent.contains(&"RollbackTo(1)".to_owned()) && !sent.contains(&"Release(1)".to_owned()));
        session.execute_and_commit("two").await.unwrap();
        outer.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn a_flush_that_failed_and_has_not_undone_itself_is_undone() {
    let server = Server::default();
    let mut session = session(&server).await;
    let savepoint = session.begin_nested().await.unwrap();
    session.add(Item(1, 1)).unwrap();
    session.update(Item(2, 2)).unwrap();
    server.answers(UPDATE_ITEM, Answer::new(End::Fails(ErrorKind::UniqueViolation)).after(1));
    {
        let mut flush = Box::pin(session.flush());
        poll_pending(flush.as_mut(), false).await;
        poll_pending(flush.as_mut(), true).await;
    }
    tokio::task::yield_now().await;
    session.rollback_to(savepoint).await.unwrap();
    session.commit().await.unwrap();
    assert!(server.sent().contains(&"RollbackTo(1)".to_owned()));
}

/// What was to be undone is not committed, nor told of twice.
#[tokio::test]
async fn a_rollback_that_was_not_sent_interrupts() {
    let server = Server::default();
    let recorder = Recorder::new();
    let engine = Scripted::new(&server).engine(EngineOptions::default().listen(recorder.clone()));
    let mut session = engine.session_maker().session();
    session.execute("one").await.unwrap();
    poll_pending(Box::pin(session.rollback()).as_mut(), true).await;
    tokio::task::yield_now().await;
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::Interrupted);
    session.rollback().await.unwrap();
    assert_eq!(server.sent(), ["BEGIN; one", "ROLLBACK"]);
    let told = recorder.told();
    assert_eq!(told.iter().filter(|told| *told == "rollback").count(), 1, "{told:?}");
}

/// It comes before whatever is next, and may be asked for again.
#[tokio::test]
async fn a_rollback_to_a_savepoint_that_was_not_sent_is_made_up_for() {
    for again in [false, true] {
        let server = Server::default();
        let engine = Scripted::new(&server).engine(EngineOptions::default());
        let mut session = engine.session_maker().session();
        session.execute("one").await.unwrap();
        let savepoint = session.begin_nested().await.unwrap();
        session.execute("inside").await.unwrap();
        poll_pending(Box::pin(session.rollback_to(savepoint)).as_mut(), true).await;
        tokio::task::yield_now().await;
        if again {
            // What was added meanwhile goes with it.
            session.add(Item(9, 9)).unwrap();
            session.rollback_to(savepoint).await.unwrap();
        }
        session.commit().await.unwrap();
        assert_eq!(
            server.sent(),
            ["BEGIN; one", "Savepoint(1)", "inside", "RollbackTo(1)", "COMMIT"],
            "again: {again}"
        );
        let ended = session.rollback_to(savepoint).await;
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::InvalidState);
    }
}

#[tokio::test]
async fn a_rollback_of_which_nothing_was_sent_interrupts_inside_of_an_outer_transaction() {
    for commits in [false, true] {
        let server = Server::default();
        let engine = Scripted::new(&server).engine(EngineOptions::default());
        let outer = OuterTransaction::begin(&engine).await.unwrap();
        let mut session = outer.engine().session_maker().session();
        session.execute("one").await.unwrap();
        poll_pending(Box::pin(session.rollback()).as_mut(), true).await;
        tokio::task::yield_now().await;
        let next = if commits { session.commit().await } else { session.execute("two").await.map(drop) };
        assert_eq!(next.unwrap_err().kind(), ErrorKind::Interrupted, "commits: {commits}");
        session.rollback().await.unwrap();
        let sent = server.sent();
        assert!(sent.contains(&"RollbackTo(1)".to_owned()) && !sent.contains(&"two".to_owned()), "{sent:?}");
        session.execute("three").await.unwrap();
        session.commit().await.unwrap();
        outer.rollback().await.unwrap();
    }
}
