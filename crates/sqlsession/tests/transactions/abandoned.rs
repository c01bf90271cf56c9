//! Savepoints whose block was left without a word, and what comes after them.

use std::{future::pending, time::Duration};

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
