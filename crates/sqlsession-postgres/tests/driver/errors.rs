use sqlsession_postgres::{ErrorKind, text};

use crate::database::Database;

#[tokio::test]
async fn constraints_are_told_apart_and_named() {
    let database = Database::create();
    let mut session = database.session();
    session
        .execute_script(
            "create extension if not exists btree_gist;
             create table parent (id int primary key);
             create table child (
                 id int constraint child_once primary key,
                 parent int constraint child_has_parent references parent,
                 name text not null,
                 age int constraint child_is_young check (age < 18),
                 room int, constraint one_per_room exclude using gist (room with =)
             );
             insert into child values (1, null, 'Ada', 5, 1)",
        )
        .await
        .unwrap();
    session.commit().await.unwrap();
    for (values, kind, code, constraint, column) in [
        ("1, null, 'x', 1, 2", ErrorKind::UniqueViolation, "23505", Some("child_once"), None),
        ("2, 9, 'x', 1, 2", ErrorKind::ForeignKeyViolation, "23503", Some("child_has_parent"), None),
        ("2, null, null, 1, 2", ErrorKind::NotNullViolation, "23502", None, Some("name")),
        ("2, null, 'x', 20, 2", ErrorKind::CheckViolation, "23514", Some("child_is_young"), None),
        ("2, null, 'x', 1, 1", ErrorKind::ExclusionViolation, "23P01", Some("one_per_room"), None),
    ] {
        let sql = format!("insert into child values ({values})");
        let error = session.execute(sql.clone()).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (kind, Some(code)), "{error:?}");
        assert!(error.is_integrity());
        assert_eq!((error.table(), error.constraint(), error.column()), (Some("child"), constraint, column));
        assert_eq!(error.statement(), Some(sql.as_str()));
        assert!(error.details().detail.is_some() || kind == ErrorKind::NotNullViolation);
        session.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn what_the_server_says_is_kept() {
    let database = Database::create();
    let mut session = database.session();
    let error = session.execute("select nam from (select 1 as name) as people").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndefinedColumn);
    assert_eq!(error.message(), "column \"nam\" does not exist");
    assert_eq!(error.details().position, Some(8));
    assert!(error.details().hint.as_deref().unwrap().contains("people.name"), "{error:?}");
    session.rollback().await.unwrap();
    for (sql, kind) in [
        ("selec 1", ErrorKind::Syntax),
        ("select * from nowhere", ErrorKind::UndefinedTable),
        ("select 1; select 2", ErrorKind::Syntax),
        ("select 99999::smallint", ErrorKind::OutOfRange),
        ("select 'x'::int", ErrorKind::TypeMismatch),
        ("select 1 = 'a'::text", ErrorKind::TypeMismatch),
        ("vacuum", ErrorKind::InvalidState),
    ] {
        let error = session.execute(sql).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{sql}: {error:?}");
        session.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_out_of_range_however_often_the_text_runs() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_and_commit("create table t (n smallint)").await.unwrap();
    let insert = || text("insert into t values (:n)");
    for n in 1..=3 {
        let error = session.execute(insert().bind("n", 99_999)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutOfRange, "{error:?}");
        session.rollback().await.unwrap();
        session.execute(insert().bind("n", n)).await.unwrap();
        session.commit().await.unwrap();
    }
    assert_eq!(database.ask("select count(*) from t"), "3");
    let found = text("select count(*) from t where n < :n").bind("n", 99_999);
    assert_eq!(session.scalar_one::<i64>(found).await.unwrap(), 3, "a comparison is no assignment");
}

#[tokio::test]
async fn privileges_are_the_servers_business() {
    let database = Database::create();
    let mut session = database.session();
    session
        .execute_script("create table t (n int); create role nobody_here; set role nobody_here")
        .await
        .unwrap();
    let error = session.execute("select * from t").await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Privilege, Some("42501")));
}

#[tokio::test]
async fn a_lost_connection_of_the_servers_own_is_not_this_one() {
    let database = Database::create();
    let mut session = database.session();
    for code in ["08006", "57P01"] {
        let savepoint = session.begin_nested().await.unwrap();
        let sql = format!("do $$ begin raise sqlstate '{code}'; end $$");
        let error = session.execute(sql).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Database, Some(code)));
        session.rollback_to(savepoint).await.unwrap();
        assert_eq!(session.scalar_one::<i32>("select 1").await.unwrap(), 1);
    }
}
