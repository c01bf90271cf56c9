use sqlsession::ErrorKind;

use crate::{databases, ids, writes_at_once};

#[tokio::test]
async fn the_last_statement_commits() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        let savepoint = session.begin_nested().await.unwrap();
        let mut result = session.execute_and_commit("insert into t values (2) returning id").await.unwrap();
        assert_eq!(result.scalars::<i64>().unwrap(), [2]);
        assert!(!session.in_transaction() && !session.is_savepoint_active(savepoint));
        let sets = [[("id", 3)], [("id", 4)]];
        let result = session.execute_many_and_commit("insert into t values (:id)", sets).await.unwrap();
        assert_eq!(result.rowcount(), Some(2));
        session.execute("insert into t values (5)").await.unwrap();
        let error = session.execute_and_commit("insert into t values (1)").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::InvalidState);
        session.rollback().await.unwrap();
        assert_eq!(ids(&db).await, [1, 2, 3, 4]);
        writes_at_once(&db).await;
    }
}
