use sqlsession_mysql::{ErrorKind, SessionOptions, core::driver::IsolationLevel, text};

use crate::database::Database;

#[tokio::test]
async fn many_sets_are_run_in_their_order() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (id int auto_increment primary key, n int)").await.unwrap();
    let sets: Vec<[(&str, i64); 1]> = (0..3000).map(|n| [("n", n)]).collect();
    let result = session.execute_many("insert into t (n) values (:n)", sets).await.unwrap();
    assert_eq!(result.rowcount(), Some(3000));
    let sets: Vec<[(&str, i64); 1]> = (0..100).map(|n| [("n", n)]).collect();
    let result = session.execute_many("update t set n = n where n <= :n", sets).await.unwrap();
    assert_eq!(result.rowcount(), Some(5050), "rows that are matched count, changed or not");
    session.commit().await.unwrap();
    assert_eq!(database.ask("select count(*) from t where n = id - 1"), "3000");
}

#[tokio::test]
async fn a_set_that_fails_leaves_none_of_them_in_autocommit() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_and_commit("create table t (n int primary key)").await.unwrap();
    let sets = || (0..2000).map(|n| [("n", if n == 700 { 3 } else { n })]).collect::<Vec<[(&str, i64); 1]>>();
    let error = session.execute_many("insert into t values (:n)", sets()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    session.rollback().await.unwrap();
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut session = database.engine.session_maker().session_with(autocommit);
    for _ in 0..2 {
        let error = session.execute_many("insert into t values (:n)", sets()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        assert_eq!(database.ask("select count(*) from t"), "0");
        session.rollback().await.unwrap();
    }
    session.execute_many("insert into t values (:n)", [[("n", 1)], [("n", 2)]]).await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "2");
    assert_eq!(session.execute(text("select 1")).await.unwrap().rowcount(), Some(1));
}

#[tokio::test]
async fn sets_of_other_types_and_lengths_go_together() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (id int, v varchar(100))").await.unwrap();
    let sets = [
        [("id", 1.into()), ("v", None::<String>.into())],
        [("id", 2.into()), ("v", "text".into())],
        [("id", 3.into()), ("v", 1.5.into())],
        [("id", 4.into()), ("v", sqlsession_mysql::core::Value::Null)],
    ];
    assert_eq!(
        session.execute_many("insert into t values (:id, :v)", sets).await.unwrap().rowcount(),
        Some(4)
    );
    let read: Vec<Option<String>> = session.scalars("select v from t order by id").await.unwrap();
    assert_eq!(read, [None, Some("text".to_owned()), Some("1.5".to_owned()), None]);
}

#[tokio::test]
async fn many_sets_and_their_commit() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_and_commit("create table t (n int)").await.unwrap();
    for _ in 0..3 {
        let sets: Vec<[(&str, i64); 1]> = (0..600).map(|n| [("n", n)]).collect();
        session.execute_many_and_commit("insert into t values (:n)", sets).await.unwrap();
    }
    drop(session);
    assert_eq!(database.ask("select count(*) from t"), "1800");
}
