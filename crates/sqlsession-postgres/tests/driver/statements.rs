use sqlsession_postgres::{EngineOptions, ErrorKind, SessionOptions, core::driver::IsolationLevel, text};

use crate::database::Database;

fn autocommit() -> SessionOptions {
    SessionOptions::default().isolation_level(IsolationLevel::Autocommit)
}

#[tokio::test]
async fn values_go_and_come_back_however_often_a_text_runs() {
    let database = Database::create();
    let mut session = database.session();
    for n in 0_i64..5 {
        let statement = text("select :n + 1 as next, :name || '!' as name, cast(:none as int) as none")
            .bind("n", n)
            .bind("name", "Ada")
            .bind("none", None::<i64>);
        let row: (i64, String, Option<i32>) = session.one(statement).await.unwrap();
        assert_eq!(row, (n + 1, "Ada!".to_owned(), None), "run {n}");
    }
}

#[tokio::test]
async fn an_empty_result_has_its_columns() {
    let database = Database::create();
    let mut session = database.session();
    for run in 0..4 {
        let result = session.execute("select 1 as id, 'x' as name where false").await.unwrap();
        assert!(result.returns_rows(), "run {run}");
        assert_eq!(result.keys().unwrap().names().collect::<Vec<_>>(), ["id", "name"], "run {run}");
    }
    for run in 0..4 {
        let result = session.execute("set local work_mem = '4MB'").await.unwrap();
        assert!(!result.returns_rows(), "run {run}");
    }
}

#[tokio::test]
async fn an_empty_result_of_a_type_of_the_users_has_its_columns() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_and_commit("create type mood as enum ('sad', 'happy')").await.unwrap();
    let result = session.execute("select 'sad'::mood as mood, 2 as two where false").await.unwrap();
    assert_eq!(result.keys().unwrap().names().collect::<Vec<_>>(), ["mood", "two"]);
}

#[tokio::test]
async fn a_statement_is_prepared_when_it_comes_again() {
    let database = Database::create();
    let mut session = database.session();
    const KEPT: &str = "select count(*) from pg_prepared_statements where statement like '%marker%'";
    let marker = || text("select :n::int as marker").bind("n", 1);
    for expected in [0_i64, 1, 1, 1] {
        session.execute(marker()).await.unwrap();
        let kept: i64 = session.scalar_one(text(KEPT)).await.unwrap();
        // The question itself is one of those it counts, once it is prepared.
        let itself = i64::from(session.scalar_one::<bool>(
            "select exists (select from pg_prepared_statements where statement like '%count(*) from pg_prepared%')",
        ).await.unwrap());
        assert!(kept == expected || kept == expected + itself, "{kept} and {itself}, wanted {expected}");
    }
}

#[tokio::test]
async fn a_cache_of_none_prepares_nothing() {
    let database = Database::with(EngineOptions::default().statement_cache_size(0));
    let mut session = database.session();
    for _ in 0..4 {
        session.execute(text("select :n::int").bind("n", 1)).await.unwrap();
    }
    assert_eq!(session.scalar_one::<i64>("select count(*) from pg_prepared_statements").await.unwrap(), 0);
}

#[tokio::test]
async fn a_statement_whose_schema_changed_is_prepared_again_where_nothing_is_lost() {
    let database = Database::with(EngineOptions::default().pool_size(1).max_overflow(0));
    let maker = database.engine.session_maker();
    let mut session = maker.session();
    session.execute_and_commit("create table t (n int)").await.unwrap();
    let rows = |n: usize| vec![n; n];
    let _ = rows;
    for _ in 0..4 {
        session.execute("select * from t").await.unwrap();
    }
    session.execute_and_commit("alter table t add column m int").await.unwrap();
    // First in its transaction: the transaction is begun anew.
    let result = session.execute("select * from t").await.unwrap();
    assert_eq!(result.keys().unwrap().len(), 2);
    for _ in 0..3 {
        session.execute("select * from t").await.unwrap();
    }
    session.rollback().await.unwrap();
    database.ask("alter table t add column o int");
    // Behind another statement, which would be lost.
    session.execute("insert into t values (1, 2)").await.unwrap();
    let error = session.execute("select * from t").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SchemaChanged);
    session.rollback().await.unwrap();
    assert_eq!(session.execute("select * from t").await.unwrap().keys().unwrap().len(), 3);
    session.close().await.unwrap();
    // Without a transaction.
    let mut session = maker.session_with(autocommit());
    for _ in 0..3 {
        session.execute("select * from t").await.unwrap();
    }
    session.execute("alter table t add column p int").await.unwrap();
    assert_eq!(session.execute("select * from t").await.unwrap().keys().unwrap().len(), 4);
    session.execute("deallocate all").await.unwrap();
    assert_eq!(session.execute("select * from t").await.unwrap().keys().unwrap().len(), 4);
}

#[tokio::test]
async fn scripts_hold_several_statements() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_script("create table t (n int); insert into t values (1), (2)").await.unwrap();
    let error = session.execute_script("insert into t values (3); nonsense").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Syntax);
    session.rollback().await.unwrap();
    assert_eq!(database.ask("select to_regclass('t') is null"), "t");
}

#[tokio::test]
async fn a_copy_by_execute_is_an_error_and_not_a_standstill() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_and_commit("create table t (n int)").await.unwrap();
    assert!(session.execute("copy t from stdin").await.is_err());
    session.rollback().await.unwrap();
    assert!(session.execute("copy t to stdout").await.is_err());
    session.rollback().await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 0);
}

#[tokio::test]
async fn counts_are_those_of_the_server() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (n int)").await.unwrap();
    assert_eq!(session.execute("insert into t values (1), (2), (3)").await.unwrap().rowcount(), Some(3));
    assert_eq!(session.execute("update t set n = n where n > 1").await.unwrap().rowcount(), Some(2));
    assert_eq!(session.execute("delete from t where n > 5").await.unwrap().rowcount(), Some(0));
    let mut result = session.execute("insert into t values (9) returning n").await.unwrap();
    assert_eq!(result.rowcount(), Some(1));
    assert_eq!(result.scalars::<i32>().unwrap(), [9]);
}

#[test]
fn blocking_calls_do_the_same() {
    let database = Database::create();
    let engine = database.blocking();
    let mut session = engine.session_maker().session();
    session.execute("create table t (n int)").unwrap();
    session.execute(text("insert into t values (:n)").bind("n", 7)).unwrap();
    session.commit().unwrap();
    assert_eq!(session.scalar_one::<i32>("select n from t").unwrap(), 7);
    session.execute("delete from t").unwrap();
    drop(session);
    assert_eq!(database.ask("select count(*) from t"), "1");
    assert_eq!(database.ask("select count(*) from pg_stat_activity where state like 'idle in%' and datname = current_database()"), "0");
}
