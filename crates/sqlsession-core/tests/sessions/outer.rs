//! Sessions inside of an outer transaction whose futures are dropped.

use std::{
    pin::pin,
    task::{Context, Waker},
};

use sqlsession_core::{EngineOptions, ErrorKind, OuterTransaction};

use crate::{
    item::Item,
    scripted::Scripted,
    server::{Answer, End, Server},
};

fn poll_once(future: impl Future) {
    let mut cx = Context::from_waker(Waker::noop());
    assert!(pin!(future).poll(&mut cx).is_pending());
}

/// The outer transaction goes on, whether the same session rolls back again or is dropped.
#[tokio::test]
async fn a_rollback_that_was_dropped_ends_nothing() {
    for (flushes, again) in [(false, true), (false, false), (true, true), (true, false)] {
        let server = Server::default();
        server.answers("RollbackTo(1)", Answer::new(End::Ok).after(3));
        let engine = Scripted::new(&server).engine(EngineOptions::default());
        let outer = OuterTransaction::begin(&engine).await.unwrap();
        let mut session = outer.engine().session_maker().session();
        session.execute("one").await.unwrap();
        if flushes {
            let insert = r#"INSERT INTO "items" ("id", "n") VALUES ($1, $2) x1"#;
            server.answers(insert, Answer::new(End::Fails(ErrorKind::UniqueViolation)));
            session.add(Item(1, 1)).unwrap();
            // It fails, and undoes the savepoint.
            poll_once(session.flush());
        } else {
            poll_once(session.rollback());
        }
        if again {
            session.rollback().await.unwrap();
            session.execute("two").await.unwrap();
            session.commit().await.unwrap();
        }
        drop(session);
        let mut session = outer.engine().session_maker().session();
        session.execute("three").await.unwrap();
        session.commit().await.unwrap();
        let undone = server.sent().iter().filter(|sent| *sent == "RollbackTo(1)").count();
        assert_eq!(undone, 1, "flushes: {flushes}, again: {again}");
        outer.rollback().await.unwrap();
    }
}
