use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};

use sqlsession::ErrorKind;

use crate::{ENDLESS, databases, ids, writes_at_once};

/// Polls a future once and drops it.
async fn poll_once<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|cx| {
        Poll::Ready(match future.as_mut().poll(cx) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        })
    })
    .await
}

#[tokio::test]
async fn a_dropped_statement_interrupts_its_session() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        let late = tokio::time::timeout(Duration::from_millis(30), session.execute(ENDLESS)).await;
        assert!(late.is_err());
        for error in [
            session.execute("select 1").await.map(drop).unwrap_err(),
            session.commit().await.unwrap_err(),
            session.begin_nested().await.map(drop).unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Interrupted);
            assert!(error.message().contains("rollback()"), "{error}");
        }
        assert!(!session.is_active());
        session.rollback().await.unwrap();
        assert!(session.is_active() && !session.in_transaction());
        session.execute("insert into t values (2)").await.unwrap();
        session.commit().await.unwrap();
        writes_at_once(&db).await;
        assert_eq!(ids(&db).await, [2]);
    }
}

#[tokio::test]
async fn close_ends_what_was_interrupted() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        assert!(tokio::time::timeout(Duration::from_millis(30), session.execute(ENDLESS)).await.is_err());
        session.close().await.unwrap();
        writes_at_once(&db).await;
        session.execute("insert into t values (2)").await.unwrap();
        session.commit().await.unwrap();
        assert_eq!(ids(&db).await, [2]);
    }
}

/// The endless statement is stopped, and its locks are free as soon as it has noticed.
#[tokio::test]
async fn a_session_dropped_in_the_middle_of_a_statement() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        assert!(tokio::time::timeout(Duration::from_millis(30), session.execute(ENDLESS)).await.is_err());
        drop(session);
        db.execute("insert into t values (2)").await.unwrap();
        assert_eq!(ids(&db).await, [2]);
        assert_eq!(db.engine().pool_status().in_use, 0);
    }
}

/// Whatever the answer of `rollback` is, it tells what became of the work.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_commit_is_never_in_the_dark() {
    let [_, (_dir, db)] = databases().await;
    let (mut unknown, mut undone) = (0, 0);
    for id in 1..=200 {
        let mut session = db.session_maker().session();
        let insert = sqlsession::text("insert into t values (:id)").bind("id", id);
        session.execute(insert).await.unwrap();
        let durable = match poll_once(session.commit()).await {
            Some(committed) => {
                committed.unwrap();
                true
            }
            None => match session.rollback().await {
                Ok(()) => {
                    undone += 1;
                    false
                }
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::CommitUnknown, "{error}");
                    assert!(error.message().contains("durable"), "{error}");
                    unknown += 1;
                    true
                }
            },
        };
        assert!(session.is_active() && !session.in_transaction());
        let there = sqlsession::text("select count(*) from t where id = :id").bind("id", id);
        assert_eq!(db.scalar::<i64>(there).await.unwrap(), Some(i64::from(durable)), "{id}");
    }
    println!("{unknown} dropped commits had gone through, {undone} had not");
}

#[tokio::test]
async fn a_stream_dropped_before_its_first_row() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        assert!(poll_once(session.stream(ENDLESS)).await.is_none());
        let next = tokio::time::timeout(Duration::from_secs(5), session.rollback()).await;
        next.expect("rollback waits for the stream").unwrap();
        writes_at_once(&db).await;
        assert!(ids(&db).await.is_empty());
    }
}

/// It was not a stream yet, and nobody knows what it has written.
#[tokio::test]
async fn a_stream_dropped_before_it_was_there_interrupts_its_session() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        // Its last row fails, which nobody would hear of.
        let fails = "with recursive n(i) as (select 2 union all select i + 1 from n where i < 200000) \
                     insert into t select case i when 200000 then 1 else i end from n returning id";
        assert!(poll_once(session.stream(fails)).await.is_none());
        assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::Interrupted);
        session.rollback().await.unwrap();
        writes_at_once(&db).await;
        assert!(ids(&db).await.is_empty());
    }
}
