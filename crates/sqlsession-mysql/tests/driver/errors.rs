use sqlsession_mysql::{ErrorKind, text};

use crate::database::Database;

#[tokio::test]
async fn constraints_are_told_apart_and_named() {
    let database = Database::create();
    let mut session = database.session();
    session
        .execute_script(
            "create table parent (id int primary key);
             create table child (
                 id int primary key,
                 parent int, constraint child_has_parent foreign key (parent) references parent (id),
                 name varchar(10) not null,
                 age int, constraint child_is_young check (age < 18),
                 badge int, constraint one_badge unique (badge)
             );
             insert into child values (1, null, 'Ada', 5, 1)",
        )
        .await
        .unwrap();
    session.commit().await.unwrap();
    for (values, kind, constraint, column) in [
        ("1, null, 'x', 1, 2", ErrorKind::UniqueViolation, Some("PRIMARY"), None),
        ("2, null, 'x', 1, 1", ErrorKind::UniqueViolation, Some("one_badge"), None),
        ("2, 9, 'x', 1, 2", ErrorKind::ForeignKeyViolation, Some("child_has_parent"), Some("parent")),
        ("2, null, null, 1, 2", ErrorKind::NotNullViolation, None, Some("name")),
        ("2, null, 'x', 20, 2", ErrorKind::CheckViolation, Some("child_is_young"), None),
    ] {
        let sql = format!("insert into child values ({values})");
        let error = session.execute(sql.clone()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error:?}");
        assert!(error.is_integrity());
        assert_eq!((error.constraint(), error.column()), (constraint, column), "{error:?}");
        assert_eq!(error.statement(), Some(sql.as_str()));
        session.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn what_the_server_says_is_kept() {
    let database = Database::create();
    let mut session = database.session();
    let error = session.execute("select nam from (select 1 as name) as people").await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::UndefinedColumn, Some("1054")));
    assert_eq!(error.column(), Some("nam"));
    session.rollback().await.unwrap();
    session
        .execute_and_commit("create table t (n tinyint, d date, s varchar(2), e enum('a', 'b'))")
        .await
        .unwrap();
    for (sql, kind) in [
        ("selec 1", ErrorKind::Syntax),
        ("select * from nowhere", ErrorKind::UndefinedTable),
        ("select 1; select 2", ErrorKind::Syntax),
        ("insert into t (n) values (300)", ErrorKind::OutOfRange),
        ("insert into t (s) values ('too long')", ErrorKind::OutOfRange),
        ("insert into t (n) values ('x')", ErrorKind::TypeMismatch),
        ("insert into t (d) values ('x')", ErrorKind::TypeMismatch),
        ("insert into t (e) values ('x')", ErrorKind::TypeMismatch),
    ] {
        let error = session.execute(sql).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{sql}: {error:?}");
        session.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn a_value_that_cannot_be_sent_is_refused_before_anything_is() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_and_commit("create table t (b longblob)").await.unwrap();
    let limit: usize = database.ask("select @@max_allowed_packet").parse().unwrap();
    let long = text("insert into t values (:b)").bind("b", vec![1_u8; limit]);
    let error = session.execute(long).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadParameter, "{error:?}");
    assert!(error.message().contains("max_allowed_packet"), "{error}");
    let rows = [vec![1_u8; 10], vec![2; 10], vec![1; limit]].map(|bytes| [bytes]);
    let error = session.bulk_insert("t", ["b"], rows).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadParameter, "{error:?}");
    assert!(error.message().contains("row 3") || error.message().contains("row 2"), "{error}");
    assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 0);
    let fits = text("insert into t values (:b)").bind("b", vec![1_u8; limit - 1000]);
    session.execute(fits).await.unwrap();
    assert_eq!(
        session.scalar_one::<i64>("select length(b) from t").await.unwrap(),
        i64::try_from(limit - 1000).unwrap()
    );
}
