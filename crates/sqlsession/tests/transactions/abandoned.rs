//! Savepoints whose block was left without a word, and what comes after them.

use std::{
    future::{pending, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

use sqlsession::{AsyncSession, Error, ErrorKind, Result};

use crate::{databases, ids};

/// Inserts 2 inside a savepoint whose future is dropped while nothing runs.
async fn abandon(session: &mut AsyncSession) {
    let left = session.nested(async |session| -> Result<()> {
        session.execute("insert into t values (2)").await?;
        pending().await
    });
    assert!(tokio::time::timeout(Duration::from_millis(100), left).await.is_err());
}

#[tokio::test]
async fn releasing_the_outer_savepoint_does_not_keep_the_work() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        let outer = session.nested(async |session| -> Result<()> {
            session.execute("insert into t values (1)").await?;
            abandon(session).await;
            Ok(())
        });
        outer.await.unwrap();
        session.commit().await.unwrap();
        assert_eq!(ids(&db).await, [1]);
    }
}

#[tokio::test]
async fn the_next_savepoint_is_a_savepoint() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        abandon(&mut session).await;
        let failed = session.nested(async |session| -> Result<()> {
            session.execute("insert into t values (3)").await?;
            Err(Error::new(ErrorKind::InvalidState, "no"))
        });
        assert!(failed.await.is_err());
        session.commit().await.unwrap();
        assert_eq!(ids(&db).await, [1]);
    }
}

/// A stream that was left inside is read to its end before, and the rollback may be dropped by then.
#[tokio::test]
async fn a_rollback_that_waits_for_a_stream_is_not_forgotten() {
    // A first batch at once, and behind it long work for one row more, which nobody stops.
    const SLOW: &str = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000000) \
        select i from n where i <= 256 or i = 5000000";
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        let savepoint = session.begin_nested().await.unwrap();
        session.execute("insert into t values (2)").await.unwrap();
        let mut rows = session.stream(SLOW).await.unwrap();
        rows.next().await.unwrap().unwrap();
        drop(rows);
        {
            let mut undone = pin!(session.rollback_to(savepoint));
            assert!(poll_fn(|cx| Poll::Ready(undone.as_mut().poll(cx).is_pending())).await);
        }
        session.commit().await.unwrap();
        assert_eq!(ids(&db).await, [1]);
    }
}
