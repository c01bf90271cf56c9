use sqlsession::{Error, ErrorKind, Result};

use crate::{databases, ids, writes_at_once};

#[tokio::test]
async fn three_deep_and_back_to_the_middle() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        let first = session.begin_nested().await.unwrap();
        session.execute("insert into t values (2)").await.unwrap();
        let middle = session.begin_nested().await.unwrap();
        session.execute("insert into t values (3)").await.unwrap();
        let last = session.begin_nested().await.unwrap();
        session.execute("insert into t values (4)").await.unwrap();
        session.rollback_to(middle).await.unwrap();
        assert!(session.is_savepoint_active(first) && session.in_nested_transaction());
        assert!(!session.is_savepoint_active(middle) && !session.is_savepoint_active(last));
        assert_eq!(session.scalars::<i64>("select id from t").await.unwrap(), [1, 2]);
        session.execute("insert into t values (5)").await.unwrap();
        session.release(first).await.unwrap();
        assert!(session.in_transaction() && !session.in_nested_transaction());
        session.commit().await.unwrap();
        assert_eq!(ids(&db).await, [1, 2, 5]);
    }
}

#[tokio::test]
async fn releasing_the_outer_one_releases_those_inside() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        let outer = session.begin_nested().await.unwrap();
        session.execute("insert into t values (1)").await.unwrap();
        let inner = session.begin_nested().await.unwrap();
        session.execute("insert into t values (2)").await.unwrap();
        session.release(outer).await.unwrap();
        assert!(!session.is_savepoint_active(inner));
        session.commit().await.unwrap();
        assert_eq!(ids(&db).await, [1, 2]);
    }
}

#[tokio::test]
async fn commit_and_rollback_go_through_open_savepoints() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.begin_nested().await.unwrap();
        session.execute("insert into t values (1)").await.unwrap();
        session.begin_nested().await.unwrap();
        session.execute("insert into t values (2)").await.unwrap();
        session.commit().await.unwrap();
        assert!(!session.in_transaction() && !session.in_nested_transaction());
        writes_at_once(&db).await;
        session.begin_nested().await.unwrap();
        session.execute("insert into t values (3)").await.unwrap();
        session.rollback().await.unwrap();
        assert!(!session.in_transaction());
        session.begin_nested().await.unwrap();
        session.execute("insert into t values (4)").await.unwrap();
        drop(session);
        writes_at_once(&db).await;
        assert_eq!(ids(&db).await, [1, 2]);
    }
}

#[tokio::test]
async fn nothing_is_sent_for_a_savepoint_without_statements() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        let outer = session.begin_nested().await.unwrap();
        let inner = session.begin_nested().await.unwrap();
        assert!(session.in_nested_transaction());
        assert_eq!(db.engine().pool_status().in_use, 0);
        session.rollback_to(inner).await.unwrap();
        session.release(outer).await.unwrap();
        assert_eq!(db.engine().pool_status().in_use, 0, "neither for its end");
        session.commit().await.unwrap();
        // Set late, it is still where it was asked for.
        session.execute("insert into t values (1)").await.unwrap();
        let savepoint = session.begin_nested().await.unwrap();
        session.execute("insert into t values (2)").await.unwrap();
        session.rollback_to(savepoint).await.unwrap();
        session.commit().await.unwrap();
        assert_eq!(ids(&db).await, [1]);
    }
}

#[tokio::test]
async fn a_savepoint_of_a_connection() {
    for (_dir, db) in databases().await {
        let mut connection = db.engine().connect().await.unwrap();
        let outer = connection.begin_nested().await.unwrap();
        connection.execute("insert into t values (1)").await.unwrap();
        let inner = connection.begin_nested().await.unwrap();
        connection.execute("insert into t values (2)").await.unwrap();
        connection.rollback_to(inner).await.unwrap();
        connection.release(outer).await.unwrap();
        connection.commit().await.unwrap();
        connection.close().await.unwrap();
        assert_eq!(ids(&db).await, [1]);
    }
}

#[tokio::test]
async fn every_verb_runs_inside_a_savepoint() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        for verb in 0..3 {
            let savepoint = session.begin_nested().await.unwrap();
            match verb {
                0 => session
                    .execute_script("insert into t values (2); insert into t values (3)")
                    .await
                    .unwrap(),
                1 => {
                    let sets = [[("id", 2)], [("id", 3)]];
                    drop(session.execute_many("insert into t values (:id)", sets).await.unwrap());
                }
                _ => {
                    let sql = "insert into t values (2), (3) returning id";
                    let mut rows = session.stream(sql).await.unwrap();
                    assert_eq!(rows.next_batch::<(i64,)>().await.unwrap().unwrap(), [(2,), (3,)]);
                }
            }
            assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 3, "{verb}");
            session.rollback_to(savepoint).await.unwrap();
            assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 1, "{verb}");
        }
        session.commit().await.unwrap();
        assert_eq!(ids(&db).await, [1]);
    }
}

#[tokio::test]
async fn a_nested_block_ends_by_its_result() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        let two =
            session.nested(async |s| s.scalar_one::<i64>("insert into t values (2) returning id").await);
        assert_eq!(two.await.unwrap(), 2);
        let failed: Result<()> = session
            .nested(async |s| {
                s.execute("insert into t values (3)").await?;
                s.execute("insert into t values (1)").await.map(drop)
            })
            .await;
        assert_eq!(failed.unwrap_err().kind(), ErrorKind::UniqueViolation);
        assert!(session.is_active() && !session.in_nested_transaction());
        // Blocks nest, and the error of the inner one may be caught in the outer one.
        session
            .nested(async |outer| {
                outer.execute("insert into t values (4)").await?;
                let inner: Result<()> = outer
                    .nested(async |inner| {
                        inner.execute("insert into t values (5)").await?;
                        Err(Error::new(ErrorKind::Database, "by choice"))
                    })
                    .await;
                assert_eq!(inner.unwrap_err().message(), "by choice");
                outer.execute("insert into t values (6)").await
            })
            .await
            .unwrap();
        session.commit().await.unwrap();
        assert_eq!(ids(&db).await, [1, 2, 4, 6]);
    }
}

#[tokio::test]
async fn a_nested_block_may_end_more_than_itself() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session
            .nested(async |s| {
                s.execute("insert into t values (1)").await?;
                s.commit().await
            })
            .await
            .unwrap();
        assert!(!session.in_transaction());
        let failed: Result<()> = session
            .nested(async |s| {
                s.execute("insert into t values (2)").await?;
                s.rollback().await?;
                Err(Error::new(ErrorKind::Database, "by choice"))
            })
            .await;
        assert_eq!(failed.unwrap_err().message(), "by choice");
        assert!(!session.in_transaction());
        writes_at_once(&db).await;
        assert_eq!(ids(&db).await, [1]);
    }
}
