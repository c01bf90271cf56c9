//! What a scope is, and what it is not.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::Poll,
    time::Duration,
};

use sqlsession::{AsyncDatabase, Database, DatabaseOptions, Error, ErrorKind, Result};
use tokio::task::LocalSet;

use crate::{database, ids};

const ONE: &str = "insert into t values (1, 'a')";
const TWO: &str = "insert into t values (2, 'b')";

fn kind<T>(result: Result<T>) -> ErrorKind {
    result.map(drop).unwrap_err().kind()
}

#[tokio::test]
async fn its_session_has_one_user_at_a_time() {
    let db = database().await;
    db.scope(async {
        let guard = db.session()?;
        assert_eq!(kind(db.session()), ErrorKind::InvalidState);
        assert_eq!(kind(db.execute(ONE).await), ErrorKind::InvalidState);
        assert_eq!(kind(db.run_sync(|session| session.execute(ONE)).await), ErrorKind::InvalidState);
        drop(guard);
        let (first, second) = tokio::join!(
            async {
                let mut guard = db.session()?;
                tokio::task::yield_now().await;
                guard.execute(ONE).await
            },
            db.execute(TWO)
        );
        first?;
        assert_eq!(kind(second), ErrorKind::InvalidState);
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    assert_eq!(ids(&db).await, [1]);
}

#[tokio::test]
async fn without_a_scope_there_is_no_session() {
    let db = database().await;
    assert!(!db.scoped());
    for refused in
        [kind(db.session()), kind(db.begin().await), kind(db.commit().await), kind(db.rollback().await)]
    {
        assert_eq!(refused, ErrorKind::InvalidState);
    }
}

#[tokio::test]
async fn a_guard_that_outlives_its_scope_keeps_it_from_committing() {
    let db = database().await;
    let mut kept = None;
    let ended = db
        .scope(async {
            db.execute(ONE).await?;
            kept = Some(db.session()?);
            Ok::<_, Error>(())
        })
        .await;
    assert_eq!(kind(ended), ErrorKind::InvalidState);
    drop(kept);
    assert!(ids(&db).await.is_empty());
}

#[tokio::test]
async fn a_spawned_task_is_not_in_it() {
    let db = database().await;
    let local = LocalSet::new();
    let inside = local.run_until(db.scope(async {
        db.execute(ONE).await?;
        let (one, other, third) = (db.clone(), db.clone(), db.clone());
        assert!(!tokio::spawn(async move { one.scoped() }).await.unwrap(), "a task");
        assert!(!tokio::task::spawn_local(async move { other.scoped() }).await.unwrap(), "a local task");
        assert!(!tokio::task::spawn_blocking(move || third.scoped()).await.unwrap(), "a thread");
        let inner = LocalSet::new();
        let db = db.clone();
        let spawned = inner.run_until(async move {
            assert!(db.scoped(), "the same task");
            let db = db.clone();
            tokio::task::spawn_local(async move { db.scoped() }).await.unwrap()
        });
        assert!(!spawned.await, "a task that is polled inside of it");
        Ok::<_, Error>(())
    }));
    inside.await.unwrap();
    assert_eq!(ids(&db).await, [1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_send_and_goes_with_its_task() {
    let db = database().await;
    let inner = db.clone();
    let scope = async move {
        inner
            .scope(async {
                inner.execute(ONE).await?;
                for _ in 0..50 {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                    assert!(inner.scoped());
                }
                let scoped = tokio::task::block_in_place(|| {
                    tokio::runtime::Handle::current().block_on(async { inner.scoped() })
                });
                assert!(scoped, "still the same task");
                Ok::<_, Error>(())
            })
            .await
    };
    tokio::spawn(scope).await.unwrap().unwrap();
    assert_eq!(ids(&db).await, [1]);
}

#[tokio::test]
async fn another_task_may_poll_it_on() {
    let db = database().await;
    let inner = db.clone();
    let mut scope = Box::pin(async move {
        inner
            .scope(async {
                inner.execute(ONE).await?;
                tokio::task::yield_now().await;
                assert!(inner.scoped());
                inner.execute(TWO).await.map(drop)
            })
            .await
    });
    let polled = std::future::poll_fn(|cx| Poll::Ready(scope.as_mut().poll(cx).is_ready())).await;
    assert!(!polled);
    tokio::spawn(scope).await.unwrap().unwrap();
    assert_eq!(ids(&db).await, [1, 2]);
}

#[tokio::test]
async fn dropped_or_panicking_it_rolls_back() {
    let db = database().await;
    {
        let mut scope = pin!(db.scope(async {
            db.execute(ONE).await?;
            let _guard = db.session()?;
            std::future::pending::<Result<()>>().await
        }));
        tokio::select! {
            _ = &mut scope => unreachable!(),
            () = tokio::time::sleep(Duration::from_millis(50)) => {}
        }
    }
    assert!(ids(&db).await.is_empty());
    let panicking = db.clone();
    let task = tokio::spawn(async move {
        let body = async {
            panicking.execute(ONE).await?;
            let _guard = panicking.session()?;
            if panicking.scoped() {
                panic!("by choice");
            }
            Ok::<_, Error>(())
        };
        panicking.scope(body).await
    });
    assert!(task.await.unwrap_err().is_panic());
    assert!(ids(&db).await.is_empty());
}

#[tokio::test]
async fn one_statement_that_is_dropped_leaves_nothing_of_the_scope() {
    let db = database().await;
    let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";
    let ended = db
        .scope(async {
            db.execute(ONE).await?;
            let slow = tokio::time::timeout(Duration::from_millis(30), db.execute(endless)).await;
            assert!(slow.is_err());
            assert_eq!(kind(db.execute(TWO).await), ErrorKind::Interrupted);
            Ok::<_, Error>(())
        })
        .await;
    assert_eq!(kind(ended), ErrorKind::Interrupted);
    assert!(ids(&db).await.is_empty());
}

#[tokio::test]
async fn a_closure_that_is_left_alone_leaves_nothing_of_the_scope() {
    let db = database().await;
    let ended = db
        .scope(async {
            db.execute(ONE).await?;
            let (go, wait) = std::sync::mpsc::channel::<()>();
            let closure = db.run_sync(move |session| {
                session.execute(TWO)?;
                let _ = wait.recv();
                Ok::<_, Error>(())
            });
            assert!(tokio::time::timeout(Duration::from_millis(30), closure).await.is_err());
            assert_eq!(kind(db.session()), ErrorKind::InvalidState, "the closure has it");
            drop(go);
            while kind(db.session()) != ErrorKind::Interrupted {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            Ok::<_, Error>(())
        })
        .await;
    assert_eq!(kind(ended), ErrorKind::Interrupted);
    assert!(ids(&db).await.is_empty());
    let caught = db
        .scope(async {
            db.execute(ONE).await?;
            let panicking = db.clone();
            let task = async move { panicking.run_sync(|_| -> Result<()> { panic!("by choice") }).await };
            let mut task = pin!(task);
            let mut caught = false;
            while !caught {
                caught = std::future::poll_fn(|cx| {
                    Poll::Ready(catch_unwind(AssertUnwindSafe(|| task.as_mut().poll(cx))).is_err())
                })
                .await;
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            Ok::<_, Error>(())
        })
        .await;
    assert_eq!(kind(caught), ErrorKind::Interrupted);
    assert!(ids(&db).await.is_empty());
}

#[tokio::test]
async fn a_lent_session_that_cannot_come_back_commits_nothing() {
    let db = database().await;
    let mut session = db.session_maker().session();
    session.execute(ONE).await.unwrap();
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let scope = db.scope_with(&mut session, async {
        db.run_sync(move |_| {
            let _ = wait.recv();
            Ok::<_, Error>(())
        })
        .await
    });
    assert!(tokio::time::timeout(Duration::from_millis(30), scope).await.is_err());
    assert_eq!(kind(session.commit().await), ErrorKind::Interrupted);
    drop(go);
    session.rollback().await.unwrap();
    session.execute(TWO).await.unwrap();
    session.commit().await.unwrap();
    assert_eq!(ids(&db).await, [2]);
}

#[tokio::test]
async fn scopes_nest_and_each_client_has_its_own() {
    let (db, other) = (database().await, database().await);
    let failed: Result<()> = db
        .scope(async {
            assert!(!other.scoped());
            db.scope(async { db.execute(ONE).await }).await?;
            other.scope(async { other.execute(TWO).await }).await?;
            other
                .scope(async {
                    assert!(db.scoped() && other.scoped());
                    db.execute(TWO).await.map(drop)
                })
                .await?;
            Err(Error::new(ErrorKind::Database, "by choice"))
        })
        .await;
    assert_eq!(failed.unwrap_err().message(), "by choice");
    assert_eq!(ids(&db).await, [1], "the inner scope has committed its own");
    assert_eq!(ids(&other).await, [2]);
}

#[tokio::test]
async fn a_key_is_recognised() {
    let (db, other) = (database().await, database().await);
    let failed: Result<()> = db
        .scope_keyed("request", async {
            other
                .scope(async {
                    db.scope_keyed("another", async { db.execute(TWO).await }).await?;
                    db.scope_keyed("request", async {
                        assert!(other.scoped(), "scopes of others stay");
                        db.execute(ONE).await
                    })
                    .await
                })
                .await?;
            assert_eq!(db.scalars::<i64>("select id from t").await?, [1, 2]);
            Err(Error::new(ErrorKind::Database, "by choice"))
        })
        .await;
    assert_eq!(failed.unwrap_err().message(), "by choice");
    assert_eq!(ids(&db).await, [2]);
}

#[tokio::test]
async fn a_session_of_ones_own_is_lent_to_it() {
    let db = database().await;
    let mut session = db.session_maker().session();
    session.execute(ONE).await.unwrap();
    db.scope_with(&mut session, async { db.execute(TWO).await }).await.unwrap();
    assert!(session.in_transaction(), "nothing is committed, and it is the same session");
    {
        let mut scope = pin!(db.scope_with(&mut session, async {
            db.execute("insert into t values (3, 'c')").await?;
            std::future::pending::<Result<()>>().await
        }));
        tokio::select! {
            _ = &mut scope => unreachable!(),
            () = tokio::time::sleep(Duration::from_millis(50)) => {}
        }
    }
    session.commit().await.unwrap();
    assert_eq!(ids(&db).await, [1, 2, 3]);
    let mut kept = None;
    session.execute("insert into t values (4, 'd')").await.unwrap();
    let ended = db
        .scope_with(&mut session, async {
            kept = Some(db.session()?);
            Ok::<_, Error>(())
        })
        .await;
    assert_eq!(kind(ended), ErrorKind::InvalidState);
    assert_eq!(kind(session.execute(ONE).await), ErrorKind::Interrupted, "another session, and no fresh one");
    drop(kept);
    assert_eq!(ids(&db).await, [1, 2, 3]);
}

#[tokio::test]
async fn a_generator_in_a_scope_yields_its_session() {
    let db = database().await;
    db.scope(async {
        let mut sessions = db.session_generator();
        while let Some(session) = sessions.next().await? {
            session.execute(ONE).await?;
        }
        assert!(db.session()?.in_transaction(), "the end is the scope's");
        db.rollback().await
    })
    .await
    .unwrap();
    assert!(ids(&db).await.is_empty());
}

#[tokio::test]
async fn it_commits_on_exit_if_the_client_does() {
    let options = DatabaseOptions::default().commit_on_exit(false);
    let db = AsyncDatabase::create_with("sqlite://", options).unwrap();
    db.execute("create table t (id integer primary key, name text)").await.unwrap();
    db.scope(async { db.execute(ONE).await }).await.unwrap();
    assert!(ids(&db).await.is_empty());
    db.scope(async {
        db.execute(ONE).await?;
        db.commit().await
    })
    .await
    .unwrap();
    assert_eq!(ids(&db).await, [1]);
}

#[tokio::test]
async fn what_is_not_to_be_committed_is_undone() {
    let db = database().await;
    assert_eq!(db.execute_uncommitted(ONE).await.unwrap().rowcount(), Some(1));
    let count = db.run_sync_uncommitted(|session| {
        session.execute(TWO)?;
        session.scalar_one::<i64>("select count(*) from t")
    });
    assert_eq!(count.await.unwrap(), 1);
    assert!(ids(&db).await.is_empty());
}

#[test]
fn blocking_scopes_follow_the_same_rules() {
    let db = Database::create("sqlite://?timeout=2").unwrap();
    db.execute("create table t (id integer primary key, name text)").unwrap();
    let ids = || db.scalars::<i64>("select id from t order by id").unwrap();
    let mut kept = None;
    let ended = db.scope(|| {
        let guard = db.session()?;
        assert_eq!(kind(db.session()), ErrorKind::InvalidState);
        drop(guard);
        let other = db.clone();
        assert!(!std::thread::spawn(move || other.scoped()).join().unwrap(), "another thread");
        db.execute(ONE)?;
        kept = Some(db.session()?);
        Ok::<_, Error>(())
    });
    assert_eq!(kind(ended), ErrorKind::InvalidState);
    drop(kept);
    assert!(ids().is_empty());
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        db.scope(|| -> Result<()> {
            db.execute(ONE)?;
            let _guard = db.session()?;
            panic!("by choice")
        })
    }));
    assert!(panicked.is_err() && !db.scoped());
    assert!(ids().is_empty());
    let failed: Result<()> = db.scope_keyed(7, || {
        db.scope(|| db.execute("select 1"))?;
        db.scope_keyed(7, || db.execute(ONE))?;
        Err(Error::new(ErrorKind::Database, "by choice"))
    });
    assert_eq!(failed.unwrap_err().message(), "by choice");
    assert!(ids().is_empty());
    let mut session = db.session_maker().session();
    db.scope_with(&mut session, || {
        let mut sessions = db.session_generator();
        sessions.next()?.unwrap().execute(ONE)
    })
    .unwrap();
    assert!(session.in_transaction());
    session.commit().unwrap();
    assert_eq!(ids(), [1]);
    assert_eq!(kind(db.begin()), ErrorKind::InvalidState);
}
