use std::time::Duration;

use sqlsession_mysql::{
    AsyncSession, EngineOptions, ErrorKind, ResultSet, SessionOptions,
    core::driver::{IsolationLevel, ServerTransaction},
    text,
};

use crate::database::Database;

/// Numbers of each result: its rows' first column, or how many rows it was about.
fn seen(results: &mut [ResultSet]) -> Vec<Vec<i64>> {
    let of_one = |result: &mut ResultSet| match result.returns_rows() {
        true => result.scalars::<i64>().unwrap(),
        false => vec![-i64::try_from(result.rowcount().unwrap()).unwrap()],
    };
    results.iter_mut().map(of_one).collect()
}

async fn with_procedure(database: &Database) -> AsyncSession {
    let mut session = database.session();
    session.execute_and_commit("create table t (id int auto_increment primary key, n int)").await.unwrap();
    let body = "create procedure twice (a int) begin insert into t (n) values (a); \
                select a; select n from t order by id; end";
    assert_eq!(session.execute_multi(body).await.unwrap().len(), 1);
    session
}

#[tokio::test]
async fn a_text_of_several_statements_gives_the_result_of_each() {
    let database = Database::create();
    let mut session = database.session();
    let sql = "create table t (id int auto_increment primary key, n int); \
               insert into t (n) values (5), (6); select ';', n from t where false; select n, 'a' as name from t;";
    let mut results = session.execute_multi(sql).await.unwrap();
    assert_eq!(results[1].last_insert_id(), Some(1));
    assert_eq!(results[3].keys().unwrap().names().collect::<Vec<_>>(), ["n", "name"]);
    assert_eq!(seen(&mut results), [vec![0], vec![-2], vec![], vec![5, 6]]);
    assert_eq!(session.server_transaction(), ServerTransaction::Open);
    session.commit().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "2");
    for blank in ["", " ; -- nothing\n"] {
        assert!(session.execute_multi(blank).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn one_statement_is_run_as_ever() {
    let database = Database::create();
    let mut session = database.session();
    for n in 0..3 {
        let statement = text("select :n, cast(0.1 as float) as f").bind("n", n);
        let mut results = session.execute_multi(statement).await.unwrap();
        let row: (i64, f64) = results[0].one().unwrap();
        assert_eq!((results.len(), row), (1, (n, f64::from(0.1_f32))), "it is prepared");
    }
}

#[tokio::test]
async fn a_procedure_gives_all_its_results() {
    let database = Database::create();
    let mut session = with_procedure(&database).await;
    for n in 1..4_i64 {
        let mut results = session.execute_multi(text("call twice(:n)").bind("n", n)).await.unwrap();
        let last = results.pop().unwrap();
        assert!(!last.returns_rows());
        assert_eq!(seen(&mut results), [vec![n], (1..=n).collect()]);
        assert_eq!(session.scalar_one::<i64>("select 7").await.unwrap(), 7);
    }
    let mut results = session.execute_multi("call twice(4); call twice(5); select 6").await.unwrap();
    let rows: Vec<bool> = results.iter().map(ResultSet::returns_rows).collect();
    assert_eq!(rows, [true, true, false, true, true, false, true]);
    assert_eq!(seen(&mut results)[4], [1, 2, 3, 4, 5]);
    // What was a result that nobody read is nobody's.
    assert_eq!(session.execute("call twice(6)").await.unwrap().scalars::<i64>().unwrap(), [6]);
    assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 6);
}

#[tokio::test]
async fn an_out_parameter_is_a_result() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create procedure half (n int, out h int) set h = n div 2").await.unwrap();
    let mut results =
        session.execute_multi(text("call half(:n, :h)").bind("n", 14).bind("h", None::<i64>)).await.unwrap();
    assert_eq!(seen(&mut results[..1]), [[7]]);
}

#[tokio::test]
async fn an_error_in_the_middle_says_where_and_what_ran_stays() {
    let database = Database::create();
    let mut session = with_procedure(&database).await;
    let cases = [
        ("nonsense; select 1", 1),
        ("insert into t (n) values (1); insert into t values (1, 1); insert into t (n) values (2)", 2),
        ("select * from t for update; insert into t (n) values (1); select * from nowhere", 3),
        ("insert into t (n) values (1); call twice(3); /* a */ call twice(4); select nothing", 4),
    ];
    for (sql, number) in cases {
        session.execute("delete from t").await.unwrap();
        session.commit().await.unwrap();
        let error = session.execute_multi(sql).await.unwrap_err();
        assert_eq!((error.statement_number(), error.statement()), (Some(number), Some(sql)), "{error:?}");
        assert!(error.to_string().ends_with(&format!("statement {number})")), "{error}");
        session.commit().await.unwrap();
        let stayed = if number == 1 { 0 } else { 1 };
        assert_eq!(database.ask("select count(*) from t where n = 1"), stayed.to_string(), "{sql}");
        assert_eq!(database.ask("select count(*) from t where n = 2"), "0");
    }
}

#[tokio::test]
async fn a_procedure_that_fails_behind_a_write_is_committed_as_it_stands() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_and_commit("create table t (n int primary key)").await.unwrap();
    let body = "create procedure fails () begin insert into t values (1); \
                select 1; select 2; insert into t values (1); end";
    session.execute_multi(body).await.unwrap();
    for all in [true, false] {
        database.ask("delete from t");
        let error = match all {
            true => session.execute_multi("call fails()").await.map(drop).unwrap_err(),
            false => session.execute("call fails()").await.map(drop).unwrap_err(),
        };
        assert_eq!((error.kind(), error.statement_number()), (ErrorKind::UniqueViolation, None));
        assert_eq!(session.server_transaction(), ServerTransaction::Open);
        session.commit().await.unwrap();
        assert_eq!(database.ask("select count(*) from t"), "1", "all {all}");
    }
}

#[tokio::test]
async fn several_statements_with_parameters_are_refused_before_anything_is_sent() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_and_commit("create table t (n int)").await.unwrap();
    let statement = text("insert into t values (:n); insert into t values (:n)").bind("n", 1);
    let error = session.execute_multi(statement).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(session.server_transaction(), ServerTransaction::Idle);
    session.commit().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "0");
}

#[tokio::test]
async fn in_autocommit_each_statement_is_durable() {
    let database = Database::create();
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut session = database.engine.session_maker().session_with(autocommit);
    session.execute("create table t (n int primary key)").await.unwrap();
    let error =
        session.execute_multi("insert into t values (1); insert into t values (1)").await.unwrap_err();
    assert_eq!((error.kind(), error.statement_number()), (ErrorKind::UniqueViolation, Some(2)));
    assert_eq!(database.ask("select count(*) from t"), "1");
}

#[tokio::test]
async fn a_text_that_takes_too_long_is_stopped_in_its_middle() {
    let database = Database::with(EngineOptions::default().pool_size(1).max_overflow(0));
    let mut session = database.session();
    session.execute_and_commit("create table t (n int)").await.unwrap();
    let sql =
        "insert into t values (1); select sleep(200) from t where sleep(100) >= 0; insert into t values (2)";
    let error = session.execute_multi(text(sql).timeout(Duration::from_millis(300))).await.unwrap_err();
    assert_eq!((error.kind(), error.statement_number()), (ErrorKind::StatementTimeout, Some(2)));
    assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 1);
}

#[test]
fn blocking_calls_do_the_same() {
    let database = Database::create();
    let engine = database.blocking();
    let mut session = engine.session_maker().session();
    let mut results = session.execute_multi("select 1; insert into nowhere values (1)").unwrap_err();
    assert_eq!(results.statement_number(), Some(2));
    results = session.execute_multi(text("select 1; select :n").bind("n", 1)).unwrap_err();
    assert_eq!(results.kind(), ErrorKind::Unsupported);
    assert_eq!(seen(&mut session.execute_multi("select 1; select 2").unwrap()), [[1], [2]]);
}
