//! Scopes on every backend: what is in one is committed with it or not at all.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

use sqlsession::{AnyDatabase, Error, ErrorKind, Result, text};

use crate::Place;

const TABLE: &str = "create table t (id bigint primary key)";

fn insert(id: i64) -> sqlsession::Statement {
    text("insert into t values (:id)").bind("id", id)
}

fn by_choice() -> Error {
    Error::new(ErrorKind::Database, "by choice")
}

/// What an outside connection sees.
async fn seen(place: &Place) -> Vec<i64> {
    place.connect().scalars("select id from t order by id").await.unwrap()
}

#[tokio::test]
async fn a_scope_commits_all_of_it_or_nothing() {
    for place in Place::all() {
        let db = place.connect();
        db.execute(TABLE).await.unwrap();
        db.scope(async {
            assert!(db.scoped());
            db.execute(insert(1)).await?;
            db.session()?.execute(insert(2)).await?;
            assert_eq!(db.scalars::<i64>("select id from t order by id").await?, [1, 2]);
            assert!(seen(&place).await.is_empty(), "nothing is committed inside");
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
        assert_eq!(seen(&place).await, [1, 2]);
        let failed: Result<()> = db
            .scope(async {
                db.execute(insert(3)).await?;
                db.run_sync(|session| session.execute(insert(4))).await?;
                Err(by_choice())
            })
            .await;
        assert_eq!(failed.unwrap_err().message(), "by choice");
        assert!(!db.scoped());
        assert_eq!(seen(&place).await, [1, 2]);
        crate::all_are_back(&db).await;
    }
}

#[tokio::test]
async fn savepoints_and_transactions_inside() {
    for place in Place::all() {
        let db = place.connect();
        db.execute(TABLE).await.unwrap();
        db.scope(async {
            db.begin().await?;
            db.execute(insert(1)).await?;
            let savepoint = db.begin_nested().await?;
            db.execute(insert(2)).await?;
            db.rollback_to(savepoint).await?;
            let savepoint = db.begin_nested().await?;
            db.execute(insert(3)).await?;
            db.release(savepoint).await?;
            db.commit().await?;
            db.execute(insert(4)).await?;
            db.rollback().await?;
            db.execute(insert(5)).await.map(drop)
        })
        .await
        .unwrap();
        assert_eq!(seen(&place).await, [1, 3, 5]);
    }
}

#[tokio::test]
async fn dropped_after_any_poll_it_leaves_all_or_nothing() {
    for place in Place::all() {
        let db = place.connect();
        db.execute(TABLE).await.unwrap();
        for polls in 1.. {
            let (first, second) = (2 * polls, 2 * polls + 1);
            let mut left = polls;
            let done = {
                let mut scope = pin!(db.scope(async {
                    db.execute(insert(first)).await?;
                    let savepoint = db.begin_nested().await?;
                    db.execute(insert(second)).await?;
                    db.release(savepoint).await
                }));
                let dropped = poll_fn(|cx| match scope.as_mut().poll(cx) {
                    Poll::Ready(result) => Poll::Ready(Some(result)),
                    Poll::Pending => {
                        left -= 1;
                        if left == 0 { Poll::Ready(None) } else { Poll::Pending }
                    }
                });
                dropped.await.map(Result::unwrap).is_some()
            };
            // What was cut off is wound up in the background.
            crate::all_are_back(&db).await;
            let both = text("select count(*) from t where id in :ids").bind("ids", vec![first, second]);
            let found = db.scalar::<i64>(both).await.unwrap().unwrap();
            assert!(found == 0 || found == 2, "{found} rows after {polls} polls of {}", place.url());
            if done {
                assert_eq!(found, 2);
                break;
            }
        }
    }
}

#[test]
fn by_blocking_calls() {
    for place in Place::all() {
        let db = place.connect_blocking();
        db.execute(TABLE).unwrap();
        db.scope(|| {
            db.execute(insert(1))?;
            let savepoint = db.begin_nested()?;
            db.session()?.execute(insert(2))?;
            db.rollback_to(savepoint)?;
            db.run_sync(|session| session.execute(insert(3)).map(drop))
        })
        .unwrap();
        let failed: Result<()> = db.scope(|| {
            db.execute(insert(4))?;
            Err(by_choice())
        });
        assert_eq!(failed.unwrap_err().message(), "by choice");
        assert_eq!(db.scalars::<i64>("select id from t order by id").unwrap(), [1, 3]);
    }
}

/// What a library does that takes either client.
async fn through_any(db: impl AnyDatabase) -> Result<Vec<i64>> {
    db.async_scope(async {
        db.async_execute(insert(1)).await?;
        let savepoint = db.async_begin_nested().await?;
        db.async_execute(insert(2)).await?;
        db.async_rollback_to(savepoint).await?;
        db.async_run_sync(|session| session.execute(insert(3)).map(drop)).await
    })
    .await?;
    let failed: Result<()> = db
        .async_scope(async {
            db.async_execute(insert(4)).await?;
            Err(by_choice())
        })
        .await;
    assert_eq!(failed.unwrap_err().message(), "by choice");
    assert_eq!(db.async_commit().await.unwrap_err().kind(), ErrorKind::InvalidState, "there is no scope");
    db.async_scalars("select id from t order by id").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn either_client_by_await() {
    for place in Place::all() {
        let (db, blocking) = (place.connect(), place.connect_blocking());
        db.execute(TABLE).await.unwrap();
        assert_eq!(tokio::spawn(through_any(db.clone())).await.unwrap().unwrap(), [1, 3]);
        db.execute("delete from t").await.unwrap();
        assert_eq!(tokio::spawn(through_any(blocking)).await.unwrap().unwrap(), [1, 3]);
    }
}

#[tokio::test]
async fn a_blocking_function_takes_part_in_an_async_scope() {
    for place in Place::all() {
        let (db, blocking) = (place.connect(), place.connect_blocking());
        db.execute(TABLE).await.unwrap();
        let failed: Result<()> = db
            .scope(async {
                db.execute(insert(1)).await?;
                let inside = blocking.clone();
                let count = blocking.asyncify(&db, move || {
                    assert!(inside.scoped());
                    inside.execute(insert(2))?;
                    inside.scalar::<i64>("select count(*) from t")
                });
                assert_eq!(count.await?, Some(2));
                Err(by_choice())
            })
            .await;
        assert_eq!(failed.unwrap_err().message(), "by choice");
        let inside = blocking.clone();
        blocking.asyncify(&db, move || inside.execute(insert(3)).map(drop)).await.unwrap();
        assert_eq!(seen(&place).await, [3]);
    }
}
