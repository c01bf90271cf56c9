use sqlsession::{ErrorKind, driver::ServerTransaction};

use crate::{databases, ids, writes_at_once};

#[tokio::test]
async fn the_first_statement_begins() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        assert!(!session.in_transaction() && session.is_active());
        assert_eq!(db.engine().pool_status().in_use, 0, "a session takes no connection before it needs one");
        session.execute("insert into t values (1)").await.unwrap();
        assert!(session.in_transaction() && !session.in_nested_transaction());
        assert_eq!(session.server_transaction(), ServerTransaction::Open);
        assert_eq!(db.engine().pool_status().in_use, 1);
        session.commit().await.unwrap();
        assert!(!session.in_transaction());
        assert_eq!(session.server_transaction(), ServerTransaction::Idle);
        assert_eq!(db.engine().pool_status().in_use, 0, "the connection is back");
        assert_eq!(ids(&db).await, [1]);
    }
}

#[tokio::test]
async fn begin_sends_nothing_and_can_be_committed() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.begin().await.unwrap();
        assert!(session.in_transaction());
        assert_eq!(db.engine().pool_status().in_use, 0);
        session.commit().await.unwrap();
        assert!(!session.in_transaction());
        session.begin().await.unwrap();
        session.rollback().await.unwrap();
        // Without a transaction there is nothing to end.
        session.commit().await.unwrap();
        session.rollback().await.unwrap();
        session.close().await.unwrap();
        session.flush().await.unwrap();
        writes_at_once(&db).await;
    }
}

#[tokio::test]
async fn what_is_not_committed_is_gone_with_its_locks() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        session.rollback().await.unwrap();
        writes_at_once(&db).await;
        session.execute("insert into t values (2)").await.unwrap();
        session.close().await.unwrap();
        assert!(!session.in_transaction());
        writes_at_once(&db).await;
        session.execute("insert into t values (3)").await.unwrap();
        drop(session);
        writes_at_once(&db).await;
        let mut connection = db.engine().connect().await.unwrap();
        connection.execute("insert into t values (4)").await.unwrap();
        drop(connection);
        writes_at_once(&db).await;
        let mut connection = db.engine().connect().await.unwrap();
        connection.execute("insert into t values (5)").await.unwrap();
        connection.close().await.unwrap();
        writes_at_once(&db).await;
        assert!(ids(&db).await.is_empty());
    }
}

#[tokio::test]
async fn a_session_is_used_again_after_each_end() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.info().insert("user".into(), "Ada".into());
        for id in 1..=3 {
            let insert = sqlsession::text("insert into t values (:id)").bind("id", id);
            session.execute(&insert).await.unwrap();
            session.rollback().await.unwrap();
            session.execute(&insert).await.unwrap();
            session.close().await.unwrap();
            session.execute(&insert).await.unwrap();
            session.commit().await.unwrap();
        }
        assert_eq!(session.info()["user"], "Ada".into(), "what is remembered is the session's");
        assert_eq!(ids(&db).await, [1, 2, 3]);
    }
}

#[tokio::test]
async fn a_connection_is_kept_from_one_transaction_to_the_next() {
    for (_dir, db) in databases().await {
        let mut connection = db.engine().connect().await.unwrap();
        assert!(!connection.in_transaction());
        connection.execute("create temp table mine (id integer)").await.unwrap();
        connection.commit().await.unwrap();
        connection.execute("insert into t values (1)").await.unwrap();
        connection.rollback().await.unwrap();
        assert_eq!(connection.scalar_one::<i64>("select count(*) from mine").await.unwrap(), 0);
        connection.rollback().await.unwrap();
        assert_eq!(db.engine().pool_status().in_use, 1);
        connection.execute("insert into t values (2)").await.unwrap();
        connection.commit().await.unwrap();
        connection.close().await.unwrap();
        assert_eq!(ids(&db).await, [2]);
    }
}

#[tokio::test]
async fn a_session_lends_its_connection() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        let connection = session.connection().await.unwrap();
        connection.execute("insert into t values (1)".into()).await.unwrap();
        session.execute("insert into t values (2)").await.unwrap();
        session.commit().await.unwrap();
        assert_eq!(ids(&db).await, [1, 2]);
    }
}

#[tokio::test]
async fn an_error_leaves_what_went_before() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        let error = session.execute("insert into t values (2), (1)").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        assert!(session.is_active());
        session.execute("insert into t values (3)").await.unwrap();
        session.commit().await.unwrap();
        assert_eq!(ids(&db).await, [1, 3]);
    }
}

#[tokio::test]
async fn changes_of_the_schema_are_part_of_it() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("create table u (id integer)").await.unwrap();
        session.execute("insert into u values (1)").await.unwrap();
        session.execute("alter table t add column name text").await.unwrap();
        session.rollback().await.unwrap();
        let error = db.execute("select * from u").await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::UndefinedTable, Some("u")));
        assert_eq!(db.execute("select * from t").await.unwrap().keys().unwrap().len(), 1);
        session.execute("create table u (id integer)").await.unwrap();
        session.execute("alter table t add column name text").await.unwrap();
        session.commit().await.unwrap();
        assert_eq!(db.execute("select * from t").await.unwrap().keys().unwrap().len(), 2);
        assert_eq!(db.scalar::<i64>("select count(*) from u").await.unwrap(), Some(0));
    }
}

#[tokio::test]
async fn invalidate_loses_the_transaction_and_the_connection() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        session.invalidate();
        assert!(!session.in_transaction());
        writes_at_once(&db).await;
        session.execute("insert into t values (2)").await.unwrap();
        session.commit().await.unwrap();
        assert_eq!(ids(&db).await, [2]);
        let mut connection = db.engine().connect().await.unwrap();
        connection.execute("insert into t values (3)").await.unwrap();
        connection.invalidate();
        let error = connection.execute("select 1").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidState);
        assert!(error.message().contains("rollback"), "{error}");
        connection.rollback().await.unwrap();
        connection.execute("insert into t values (4)").await.unwrap();
        connection.commit().await.unwrap();
        connection.close().await.unwrap();
        assert_eq!(ids(&db).await, [2, 4]);
    }
}
