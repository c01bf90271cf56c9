//! Tests that leave nothing behind: everything inside of an outer transaction is undone at its end.

use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};

use sqlsession::{
    AsyncDatabase, EngineOptions, Error, ErrorKind, OuterTransaction, Result, RetryOptions, SessionOptions,
    blocking, create_engine_with, driver::IsolationLevel, text,
};

use crate::Place;

fn insert(id: i64) -> sqlsession::Statement {
    text("insert into t values (:id)").bind("id", id)
}

async fn connect(place: &Place) -> (AsyncDatabase, OuterTransaction, AsyncDatabase) {
    let db = place.connect();
    db.execute("create table t (id bigint primary key)").await.unwrap();
    let outer = OuterTransaction::begin(db.engine()).await.unwrap();
    let test = db.within(&outer);
    (db, outer, test)
}

async fn ids(db: &AsyncDatabase) -> Vec<i64> {
    db.scalars("select id from t order by id").await.unwrap()
}

fn kind<T>(result: Result<T>) -> ErrorKind {
    result.map(drop).unwrap_err().kind()
}

#[tokio::test]
async fn whatever_is_committed_inside_is_undone() {
    for place in Place::all() {
        let (db, outer, test) = connect(&place).await;
        test.execute(insert(1)).await.unwrap();
        let mut session = test.session_maker().session();
        session.execute(insert(2)).await.unwrap();
        session.commit().await.unwrap();
        assert!(!session.in_transaction());
        session.execute(insert(3)).await.unwrap();
        session.rollback().await.unwrap();
        drop(session);
        test.session_maker()
            .begin(async |session| {
                session.execute(insert(4)).await?;
                assert!(!session.in_nested_transaction());
                let failed: Result<()> = session
                    .nested(async |inner| {
                        assert!(inner.in_nested_transaction());
                        inner.execute(insert(5)).await?;
                        inner.execute(insert(4)).await.map(drop)
                    })
                    .await;
                assert_eq!(kind(failed), ErrorKind::UniqueViolation);
                session.execute(insert(6)).await.map(drop)
            })
            .await
            .unwrap();
        test.scope(async { test.execute(insert(7)).await }).await.unwrap();
        test.run_sync(|session| session.execute(insert(8))).await.unwrap();
        test.execute_on_connection(insert(9), |_| Ok(())).await.unwrap();
        let options = RetryOptions::default();
        test.session_maker().run(&options, async |session| session.execute(insert(10)).await).await.unwrap();
        let mut sessions = test.session_generator();
        while let Some(session) = sessions.next().await.unwrap() {
            session.execute(insert(11)).await.unwrap();
        }
        assert_eq!(ids(&test).await, [1, 2, 4, 6, 7, 8, 9, 10, 11]);
        assert!(ids(&db).await.is_empty(), "nobody else sees anything");
        outer.rollback().await.unwrap();
        assert!(ids(&db).await.is_empty());
        crate::all_are_back(&db).await;
        assert_eq!(kind(test.execute(insert(1)).await), ErrorKind::InvalidState);
        assert!(ids(&db).await.is_empty());
    }
}

#[tokio::test]
async fn what_fails_inside_fails_alone() {
    for place in Place::all() {
        let (db, outer, test) = connect(&place).await;
        test.execute(insert(1)).await.unwrap();
        assert_eq!(kind(test.execute(insert(1)).await), ErrorKind::UniqueViolation);
        let mut session = test.session_maker().session();
        session.execute(insert(2)).await.unwrap();
        assert_eq!(kind(session.execute(insert(2)).await), ErrorKind::UniqueViolation);
        session.rollback().await.unwrap();
        session.execute(insert(3)).await.unwrap();
        drop(session);
        let failed: Result<()> = test
            .scope(async {
                test.execute(insert(4)).await?;
                Err(Error::new(ErrorKind::Database, "by choice"))
            })
            .await;
        assert_eq!(failed.unwrap_err().message(), "by choice");
        assert_eq!(ids(&test).await, [1], "what was dropped is rolled back");
        drop((outer, test));
        assert!(ids(&db).await.is_empty());
    }
}

#[tokio::test]
async fn one_session_at_a_time_is_in_a_transaction() {
    for place in Place::all() {
        let (db, outer, test) = connect(&place).await;
        let mut one = test.session_maker().session();
        let mut other = test.session_maker().session();
        one.begin().await.unwrap();
        other.execute(insert(1)).await.unwrap();
        assert_eq!(kind(one.execute(insert(2)).await), ErrorKind::InvalidState);
        assert_eq!(kind(test.execute(insert(2)).await), ErrorKind::InvalidState);
        other.commit().await.unwrap();
        one.execute(insert(2)).await.unwrap();
        assert_eq!(kind(outer.rollback().await), ErrorKind::InvalidState, "one is in a transaction");
        one.execute(insert(3)).await.unwrap();
        one.commit().await.unwrap();
        assert!(ids(&db).await.is_empty());
    }
}

#[tokio::test]
async fn a_dropped_future_is_undone_with_its_session() {
    for place in Place::all() {
        let (db, outer, test) = connect(&place).await;
        test.execute(insert(1)).await.unwrap();
        let slow = match &place {
            Place::Postgres(_) => "select pg_sleep(30)",
            Place::Mysql(_) => "select sleep(30)",
            Place::Sqlite(_) => {
                "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"
            }
        };
        let mut session = test.session_maker().session();
        session.execute(insert(2)).await.unwrap();
        let sleeping = tokio::time::timeout(Duration::from_millis(50), session.execute(slow));
        assert!(sleeping.await.is_err());
        assert_eq!(kind(session.execute(insert(3)).await), ErrorKind::Interrupted);
        session.rollback().await.unwrap();
        session.execute(insert(4)).await.unwrap();
        let sleeping = tokio::time::timeout(Duration::from_millis(50), session.execute(slow));
        assert!(sleeping.await.is_err());
        drop(session);
        assert_eq!(ids(&test).await, [1], "{}", place.url());
        outer.rollback().await.unwrap();
        assert!(ids(&db).await.is_empty());
    }
}

/// Whether the release of its savepoint went through or not, whoever comes next works on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_commit_is_told_and_ends_nothing() {
    for place in Place::all() {
        let (db, outer, test) = connect(&place).await;
        let mut committed = Vec::new();
        for id in 1..=30 {
            let mut session = test.session_maker().session();
            session.execute(insert(id)).await.unwrap();
            let commit = poll_fn(|cx| Poll::Ready(pin!(session.commit()).poll(cx)));
            let is_there = match commit.await {
                Poll::Ready(result) => result.map(|()| true).unwrap(),
                Poll::Pending => match session.rollback().await {
                    Ok(()) => false,
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::CommitUnknown, "{error}");
                        true
                    }
                },
            };
            committed.extend(is_there.then_some(id));
            session.execute(insert(100)).await.unwrap();
            session.rollback().await.unwrap();
            assert_eq!(ids(&test).await, committed, "{}", place.url());
        }
        println!("{} of 30 commits went through on {}", committed.len(), place.url());
        // Its session dropped, nobody is to be told.
        let mut session = test.session_maker().session();
        session.execute(insert(31)).await.unwrap();
        let _ = poll_fn(|cx| Poll::Ready(pin!(session.commit()).poll(cx))).await;
        drop(session);
        test.execute(insert(32)).await.unwrap();
        outer.rollback().await.unwrap();
        assert!(ids(&db).await.is_empty());
    }
}

/// Its ROLLBACK TO may have gone through by then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_rollback_ends_nothing() {
    for place in Place::all() {
        let (db, outer, test) = connect(&place).await;
        test.execute(insert(100)).await.unwrap();
        for again in [true, false] {
            for _ in 0..5 {
                let mut session = test.session_maker().session();
                session.execute(insert(1)).await.unwrap();
                let _ = poll_fn(|cx| Poll::Ready(pin!(session.rollback()).poll(cx))).await;
                if again {
                    session.rollback().await.unwrap();
                }
                drop(session);
                assert_eq!(ids(&test).await, [100], "{} {again}", place.url());
            }
        }
        outer.rollback().await.unwrap();
        assert!(ids(&db).await.is_empty());
    }
}

#[tokio::test]
async fn nothing_is_ever_committed_for_real() {
    for place in Place::all() {
        let (db, outer, test) = connect(&place).await;
        let mut session = test.session_maker().session();
        session.execute("commit").await.unwrap();
        session.execute(insert(1)).await.unwrap();
        assert_eq!(kind(session.commit().await), ErrorKind::InvalidState, "its savepoint is gone");
        session.rollback().await.unwrap_err();
        assert_eq!(kind(session.execute(insert(2)).await), ErrorKind::InvalidState);
        drop(session);
        assert_eq!(kind(test.execute(insert(3)).await), ErrorKind::InvalidState);
        outer.rollback().await.unwrap();
        assert!(ids(&db).await.is_empty(), "{}", place.url());
        let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
        let outer = OuterTransaction::begin(db.engine()).await.unwrap();
        let mut session = outer.engine().session_maker_with(autocommit).session();
        assert_eq!(kind(session.execute(insert(4)).await), ErrorKind::Unsupported);
        let engine = create_engine_with(
            place.url(),
            EngineOptions::default().isolation_level(IsolationLevel::Autocommit),
        );
        assert_eq!(kind(OuterTransaction::begin(&engine.unwrap()).await), ErrorKind::Configuration);
    }
}

#[tokio::test]
async fn ddl_of_mysql_is_told() {
    for place in Place::all() {
        let (db, outer, test) = connect(&place).await;
        let created = test.execute("create table other (id bigint primary key)").await;
        if place.is_mysql() {
            assert_eq!(kind(created), ErrorKind::InvalidState, "it has committed the outer transaction");
            assert_eq!(kind(test.execute(insert(1)).await), ErrorKind::InvalidState);
        } else {
            created.unwrap();
            test.execute("insert into other values (1)").await.unwrap();
        }
        outer.rollback().await.unwrap();
        assert!(ids(&db).await.is_empty());
        assert_eq!(db.execute("select * from other").await.is_ok(), place.is_mysql());
    }
}

#[test]
fn by_blocking_calls() {
    for place in Place::all() {
        let db = place.connect_blocking();
        db.execute("create table t (id bigint primary key)").unwrap();
        let outer = blocking::OuterTransaction::begin(db.engine()).unwrap();
        let test = db.within(&outer);
        test.execute(insert(1)).unwrap();
        test.scope(|| test.execute(insert(2))).unwrap();
        let failed = test.session_maker().begin(|session| {
            session.execute(insert(3))?;
            session.execute(insert(3))
        });
        assert_eq!(kind(failed), ErrorKind::UniqueViolation);
        assert_eq!(test.scalars::<i64>("select id from t order by id").unwrap(), [1, 2]);
        assert!(db.scalars::<i64>("select id from t").unwrap().is_empty());
        outer.rollback().unwrap();
        assert!(db.scalars::<i64>("select id from t").unwrap().is_empty());
    }
}
