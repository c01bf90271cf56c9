use std::{fmt, panic::AssertUnwindSafe, time::Duration};

use sqlsession::{Error, ErrorKind, Result, text};

use crate::{databases, ids, writes_at_once};

/// The error of a program that has more to say than its database.
#[derive(Debug)]
enum ShopError {
    Database(Error),
    SoldOut(i64),
}

impl From<Error> for ShopError {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl fmt::Display for ShopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

#[tokio::test]
async fn a_unit_ends_by_its_result() {
    for (_dir, db) in databases().await {
        let maker = db.session_maker();
        let id = maker.begin(async |s| s.scalar_one::<i64>("insert into t values (1) returning id").await);
        assert_eq!(id.await.unwrap(), 1);
        let failed: Result<(), ShopError> = maker
            .begin(async |s| {
                s.execute("insert into t values (2)").await?;
                Err(ShopError::SoldOut(2))
            })
            .await;
        assert!(matches!(failed, Err(ShopError::SoldOut(2))));
        let failed: Result<(), ShopError> = maker
            .begin(async |s| {
                s.execute("insert into t values (3)").await?;
                s.execute("insert into t values (1)").await?;
                Ok(())
            })
            .await;
        let Err(ShopError::Database(error)) = failed else { panic!("{failed:?}") };
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        writes_at_once(&db).await;
        assert_eq!(ids(&db).await, [1]);
    }
}

#[tokio::test]
async fn a_unit_on_a_connection_ends_by_its_result() {
    for (_dir, db) in databases().await {
        let engine = db.engine();
        engine.begin(async |c| c.execute("insert into t values (1)").await).await.unwrap();
        let failed: Result<(), ShopError> = engine
            .begin(async |c| {
                c.execute("insert into t values (2)").await?;
                Err(ShopError::SoldOut(2))
            })
            .await;
        assert!(matches!(failed, Err(ShopError::SoldOut(2))));
        writes_at_once(&db).await;
        assert_eq!(ids(&db).await, [1]);
    }
}

#[tokio::test]
async fn a_unit_that_committed_itself_is_no_error() {
    for (_dir, db) in databases().await {
        db.session_maker()
            .begin(async |s| {
                s.execute("insert into t values (1)").await?;
                s.commit().await?;
                s.execute("insert into t values (2)").await
            })
            .await
            .unwrap();
        writes_at_once(&db).await;
        assert_eq!(ids(&db).await, [1, 2]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_in_a_spawned_task_borrows_from_it() {
    for (_dir, db) in databases().await {
        let tasks: Vec<_> = (0..8_i64)
            .map(|task| {
                let db = db.clone();
                tokio::spawn(async move {
                    let name = format!("task {task}");
                    let mut seen = Vec::new();
                    let done: Result<usize, ShopError> = db
                        .session_maker()
                        .begin(async |session| {
                            for n in 0..5 {
                                let insert = text("insert into t values (:id)").bind("id", task * 10 + n);
                                session.execute(insert).await?;
                                seen.push(format!("{name}: {n}"));
                            }
                            if task % 2 == 1 { Err(ShopError::SoldOut(task)) } else { Ok(name.len()) }
                        })
                        .await;
                    assert_eq!(seen.len(), 5);
                    (task, done)
                })
            })
            .collect();
        for task in tasks {
            let (task, done) = task.await.unwrap();
            match done {
                Ok(length) => assert_eq!((task % 2, length), (0, 6)),
                Err(ShopError::SoldOut(sold)) => assert_eq!((task % 2, sold), (1, task)),
                Err(ShopError::Database(error)) => panic!("{error}"),
            }
        }
        let expected: Vec<i64> =
            [0, 2, 4, 6].iter().flat_map(|task| (0..5).map(move |n| task * 10 + n)).collect();
        assert_eq!(ids(&db).await, expected);
        writes_at_once(&db).await;
    }
}

#[tokio::test]
async fn a_unit_that_panics_is_rolled_back() {
    for (_dir, db) in databases().await {
        let in_task = db.clone();
        let panicked = tokio::spawn(async move {
            let _: Result<()> = in_task
                .session_maker()
                .begin(async |s| {
                    s.execute("insert into t values (1)").await?;
                    panic!("in the middle")
                })
                .await;
        });
        assert!(panicked.await.unwrap_err().is_panic());
        writes_at_once(&db).await;
        let in_task = db.clone();
        let panicked = tokio::spawn(async move {
            let _: Result<()> = in_task
                .engine()
                .begin(async |c| {
                    c.execute("insert into t values (2)").await?;
                    panic!("in the middle")
                })
                .await;
        });
        assert!(panicked.await.unwrap_err().is_panic());
        writes_at_once(&db).await;
        assert!(ids(&db).await.is_empty());
    }
}

#[tokio::test]
async fn a_unit_whose_future_is_dropped_is_rolled_back() {
    for (_dir, db) in databases().await {
        let (engine, limit) = (db.engine(), Duration::from_millis(20));
        let unit = db.session_maker().begin(async |s| -> Result<()> {
            s.execute("insert into t values (1)").await?;
            std::future::pending().await
        });
        assert!(tokio::time::timeout(limit, unit).await.is_err());
        writes_at_once(&db).await;
        let unit = engine.begin(async |c| -> Result<()> {
            c.execute("insert into t values (2)").await?;
            std::future::pending().await
        });
        assert!(tokio::time::timeout(limit, unit).await.is_err());
        writes_at_once(&db).await;
        assert!(ids(&db).await.is_empty());
    }
}

#[tokio::test]
async fn a_nested_block_whose_future_is_dropped_is_rolled_back() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        let block = session.nested(async |s| -> Result<()> {
            s.execute("insert into t values (2)").await?;
            std::future::pending().await
        });
        assert!(tokio::time::timeout(Duration::from_millis(20), block).await.is_err());
        assert!(session.is_active() && !session.in_nested_transaction());
        assert_eq!(session.scalars::<i64>("select id from t").await.unwrap(), [1]);
        // The same, with commit as the first thing after it.
        let block = session.nested(async |s| -> Result<()> {
            s.execute("insert into t values (3)").await?;
            std::future::pending().await
        });
        assert!(tokio::time::timeout(Duration::from_millis(20), block).await.is_err());
        session.commit().await.unwrap();
        writes_at_once(&db).await;
        assert_eq!(ids(&db).await, [1]);
    }
}

#[test]
fn a_nested_block_that_panics_is_rolled_back() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (_dir, db) in runtime.block_on(databases()) {
        let mut session = db.session_maker().session();
        runtime.block_on(session.execute("insert into t values (1)")).unwrap();
        let panicked = std::panic::catch_unwind(AssertUnwindSafe(|| {
            runtime.block_on(session.nested(async |s| -> Result<()> {
                s.execute("insert into t values (2)").await?;
                panic!("in the middle")
            }))
        }));
        assert!(panicked.is_err());
        runtime.block_on(async {
            session.execute("insert into t values (3)").await.unwrap();
            session.commit().await.unwrap();
            assert_eq!(ids(&db).await, [1, 3]);
        });
    }
}
