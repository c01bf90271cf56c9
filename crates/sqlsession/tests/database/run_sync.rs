use std::{
    sync::{Arc, mpsc},
    time::Duration,
};

use sqlsession::{AsyncDatabase, Database, Error, ErrorKind, Result};

use crate::{database, ids};

async fn ends_by_its_result() {
    let db = database().await;
    let two = db.run_sync(|s| s.scalar_one::<i64>("insert into t values (2, 'b') returning id"));
    assert_eq!(two.await.unwrap(), 2);
    let failed: Result<(), String> = run_and_fail(&db).await;
    assert_eq!(failed.unwrap_err(), "by choice");
    db.run_sync_on_connection(|c| c.execute("insert into t values (4, 'd')").map(drop)).await.unwrap();
    let failed: Result<()> = db
        .run_sync_on_connection(|c| {
            c.execute("insert into t values (5, 'e')")?;
            Err(Error::new(ErrorKind::Database, "by choice"))
        })
        .await;
    assert_eq!(failed.unwrap_err().message(), "by choice");
    assert_eq!(ids(&db).await, [2, 4]);
}

/// A closure whose error is the program's own.
async fn run_and_fail(db: &AsyncDatabase) -> Result<(), String> {
    struct Own(String);
    impl From<Error> for Own {
        fn from(error: Error) -> Self {
            Self(error.to_string())
        }
    }
    let run = db.run_sync(|s| -> Result<(), Own> {
        s.execute("insert into t values (3, 'c')")?;
        Err(Own("by choice".into()))
    });
    run.await.map_err(|Own(words)| words)
}

#[tokio::test]
async fn a_closure_ends_by_its_result() {
    ends_by_its_result().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closure_ends_by_its_result_on_many_threads() {
    tokio::spawn(ends_by_its_result()).await.unwrap();
}

#[tokio::test]
async fn a_closure_does_not_hold_up_its_runtime() {
    let db = database().await;
    let (sender, receiver) = mpsc::channel::<()>();
    let run = tokio::spawn({
        let db = db.clone();
        async move {
            db.run_sync(move |s| {
                s.execute("insert into t values (1, 'a')")?;
                // Goes on only if the one thread of the runtime is free.
                receiver
                    .recv_timeout(Duration::from_secs(5))
                    .map_err(|e| Error::new(ErrorKind::Database, e.to_string()))
            })
            .await
        }
    });
    while db.engine().pool_status().in_use == 0 {
        tokio::task::yield_now().await;
    }
    sender.send(()).unwrap();
    run.await.unwrap().unwrap();
    assert_eq!(ids(&db).await, [1]);
}

#[tokio::test]
async fn a_closure_nobody_waits_for_is_rolled_back() {
    let db = database().await;
    let (go, wait) = mpsc::channel::<()>();
    let (done, ended) = tokio::sync::oneshot::channel();
    let run = db.run_sync(move |s| -> Result<()> {
        s.execute("insert into t values (1, 'a')")?;
        wait.recv().map_err(|e| Error::new(ErrorKind::Database, e.to_string()))?;
        s.execute("insert into t values (2, 'b')")?;
        done.send(()).map_err(|()| Error::new(ErrorKind::Database, "nobody listens"))
    });
    assert!(tokio::time::timeout(Duration::from_millis(50), run).await.is_err());
    go.send(()).unwrap();
    ended.await.unwrap();
    while db.engine().pool_status().in_use > 0 {
        tokio::task::yield_now().await;
    }
    assert!(ids(&db).await.is_empty());
}

#[tokio::test]
async fn the_panic_of_a_closure_goes_on_in_its_task() {
    let db = Arc::new(database().await);
    let in_task = db.clone();
    let panicked = tokio::spawn(async move {
        in_task
            .run_sync(|s| -> Result<()> {
                s.execute("insert into t values (1, 'a')")?;
                panic!("in the closure")
            })
            .await
    });
    let panic = panicked.await.unwrap_err().into_panic();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"in the closure"));
    assert!(ids(&db).await.is_empty());
}

#[test]
fn a_blocking_client_runs_it_where_it_is() {
    let db = Database::create("sqlite://").unwrap();
    db.execute("create table t (id integer)").unwrap();
    let here = std::thread::current().id();
    let there = db
        .run_sync(|s| -> Result<_> {
            s.execute("insert into t values (1)")?;
            Ok(std::thread::current().id())
        })
        .unwrap();
    assert_eq!(here, there);
    let failed: Result<()> = db.run_sync(|s| {
        s.execute("insert into t values (2)")?;
        Err(Error::new(ErrorKind::Database, "by choice"))
    });
    assert_eq!(failed.unwrap_err().message(), "by choice");
    db.run_sync_on_connection(|c| c.execute("insert into t values (3)").map(drop)).unwrap();
    assert_eq!(db.scalars::<i64>("select id from t").unwrap(), [1, 3]);
    assert_eq!(db.engine().pool_status().in_use, 0);
}
