use sqlsession_postgres::{ErrorKind, SessionOptions, core::driver::IsolationLevel};

use crate::database::Database;

#[tokio::test]
async fn many_rows_are_inserted_and_counted() {
    let database = Database::create();
    let mut session = database.session();
    session
        .execute("create table \"Odd Table\" (id bigint, \"a name\" text, score float8, rest text)")
        .await
        .unwrap();
    let rows = (0..50_000_i64).map(|n| {
        let name = (n % 7 != 0).then(|| format!("name\t{n}\\\n"));
        (n, name, n as f64 / 2.0)
    });
    let inserted = session.bulk_insert("\"Odd Table\"", ["id", "a name", "score"], rows).await.unwrap();
    assert_eq!(inserted, 50_000);
    session.commit().await.unwrap();
    let sums = "select count(*), sum(id), count(\"a name\"), sum(score), count(rest) from \"Odd Table\"";
    assert_eq!(database.ask(sums), "50000|1249975000|42857|624987500|0");
    assert_eq!(
        database.ask("select count(*) from \"Odd Table\" where \"a name\" = 'name' || chr(9) || id || chr(92) || chr(10)"),
        "42857"
    );
}

#[tokio::test]
async fn types_that_have_no_binary_form_here_go_as_text() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (span interval, at inet, list int[], price numeric)").await.unwrap();
    let rows = [("1 day", "10.0.0.1", "{1,NULL,3}", "1.50"), ("2 mons", "::1", "{}", "NaN")];
    assert_eq!(session.bulk_insert("t", ["span", "at", "list", "price"], rows).await.unwrap(), 2);
    let read: Vec<String> = session.scalars("select (span, at, list, price)::text from t").await.unwrap();
    assert_eq!(read, ["(\"1 day\",10.0.0.1,\"{1,NULL,3}\",1.50)", "(\"2 mons\",::1,{},NaN)"]);
}

#[tokio::test]
async fn a_row_that_fails_leaves_none() {
    let database = Database::create();
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut session = database.engine.session_maker().session_with(autocommit);
    session.execute("create table t (n smallint primary key)").await.unwrap();
    let again = (0..20_000_i64).map(|n| [n % 10_000]);
    let error = session.bulk_insert("t", ["n"], again).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation, "{error:?}");
    session.rollback().await.unwrap();
    let large = (0..100_000_i64).map(|n| [n]);
    let error = session.bulk_insert("t", ["n"], large).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutOfRange, "{error:?}");
    assert!(error.message().contains("row 32769"), "{error}");
    session.rollback().await.unwrap();
    let error = session.bulk_insert("nowhere", ["n"], [[1]]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndefinedTable);
    session.rollback().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "0");
    assert_eq!(session.bulk_insert("t", ["n"], [[1], [2]]).await.unwrap(), 2);
    assert_eq!(database.ask("select count(*) from t"), "2");
}
