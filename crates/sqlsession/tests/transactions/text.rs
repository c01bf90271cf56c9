use sqlsession::{ErrorKind, driver::ServerTransaction};

use crate::{databases, ids, writes_at_once};

#[tokio::test]
async fn a_commit_as_text_ends_the_transaction() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        let savepoint = session.begin_nested().await.unwrap();
        session.execute("commit").await.unwrap();
        assert!(session.is_active() && !session.is_savepoint_active(savepoint));
        assert_eq!(session.server_transaction(), ServerTransaction::Idle);
        assert_eq!(ids(&db).await, [1]);
        // The next statement opens another, which is the session's to end.
        session.execute("insert into t values (2)").await.unwrap();
        assert_eq!(session.server_transaction(), ServerTransaction::Open);
        session.rollback().await.unwrap();
        writes_at_once(&db).await;
        assert_eq!(ids(&db).await, [1]);
    }
}

#[tokio::test]
async fn a_rollback_as_text_ends_the_transaction() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        session.execute("rollback").await.unwrap();
        assert!(session.is_active());
        session.execute("insert into t values (2)").await.unwrap();
        session.commit().await.unwrap();
        writes_at_once(&db).await;
        assert_eq!(ids(&db).await, [2]);
    }
}

#[tokio::test]
async fn a_script_may_end_and_begin_transactions() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session
            .execute_script("insert into t values (1); commit; begin; insert into t values (2)")
            .await
            .unwrap();
        assert_eq!(session.server_transaction(), ServerTransaction::Open);
        session.rollback().await.unwrap();
        assert_eq!(ids(&db).await, [1]);
        session.execute_script("insert into t values (3); commit").await.unwrap();
        session.commit().await.unwrap();
        writes_at_once(&db).await;
        assert_eq!(ids(&db).await, [1, 3]);
    }
}

/// What a script did before it failed stays in the transaction.
#[tokio::test]
async fn a_script_that_fails_in_its_middle() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        let script = "insert into t values (1); insert into t values (1); insert into t values (2)";
        let error = session.execute_script(script).await.unwrap_err();
        assert_eq!((error.kind(), error.statement()), (ErrorKind::UniqueViolation, Some(script)));
        assert!(session.is_active());
        session.commit().await.unwrap();
        assert_eq!(ids(&db).await, [1]);
    }
}
