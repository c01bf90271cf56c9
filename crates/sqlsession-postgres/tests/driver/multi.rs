use sqlsession_postgres::{
    EngineOptions, ErrorKind, ResultSet, SessionOptions,
    core::{driver::IsolationLevel, value::OffsetDateTime},
    text,
};

use crate::database::Database;

#[tokio::test]
async fn every_statement_of_a_text_gives_its_result() {
    let database = Database::create();
    let mut session = database.session();
    let tables = "create table t (n int); create table u (n int); \
                  create function total(a int, b int) returns int begin atomic select 1; select a + b; end; \
                  do $$ begin perform 1; perform 2; end $$; \
                  create rule twice as on insert to u do also (insert into t values (8); delete from t where n = 8)";
    assert_eq!(session.execute_multi(tables).await.unwrap().len(), 5);
    for run in 0..4_i64 {
        let sql =
            "insert into t values (1), (2); select count(*), 1.5::numeric, now() from t; select total(1, 2)";
        let mut results = session.execute_multi(sql).await.unwrap();
        assert_eq!(results[0].rowcount(), Some(2));
        let row: (i64, f64, OffsetDateTime) = results[1].one().unwrap();
        assert_eq!((row.0, row.1), (2 * (run + 1), 1.5), "values have their types");
        assert_eq!(results[2].scalar_one::<i32>().unwrap(), 3);
        assert_eq!(results[2].warning_count(), None);
        assert!(session.warnings(&results[2]).await.unwrap().is_empty());
    }
    session.commit().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "8");
}

#[tokio::test]
async fn an_error_says_which_statement_it_is_of() {
    let database = Database::with(EngineOptions::default().pool_size(1).max_overflow(0));
    let mut session = database.session();
    session.execute_and_commit("create table t (n int primary key)").await.unwrap();
    let sql = "insert into t values (1); insert into t values (1); insert into t values (2)";
    let error = session.execute_multi(sql).await.unwrap_err();
    assert_eq!((error.kind(), error.statement_number()), (ErrorKind::UniqueViolation, Some(2)));
    assert_eq!(error.statement(), Some("insert into t values (1)"));
    // PostgreSQL takes nothing more in this transaction.
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::InvalidState);
    session.rollback().await.unwrap();
    drop(session);
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut session = database.engine.session_maker().session_with(autocommit);
    let error = session.execute_multi(sql).await.unwrap_err();
    assert_eq!(error.statement_number(), Some(2));
    assert_eq!(database.ask("select string_agg(n::text, ',') from t"), "1");
}

#[test]
fn blocking_calls_do_the_same() {
    let database = Database::create();
    let engine = database.blocking();
    let mut session = engine.session_maker().session();
    let mut results: Vec<ResultSet> = session.execute_multi("select 1; select 2").unwrap();
    assert_eq!(results[1].scalar_one::<i32>().unwrap(), 2);
    let error = session.execute_multi(text("select 1; select :n").bind("n", 1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}
