//! A statement that has done its work is not run again, and what it did is not denied.

use sqlsession_postgres::{EngineOptions, ErrorKind, SessionOptions, core::driver::IsolationLevel};

use crate::database::Database;

fn autocommit() -> SessionOptions {
    SessionOptions::default().isolation_level(IsolationLevel::Autocommit)
}

fn alone_in_pool() -> Database {
    Database::with(EngineOptions::default().pool_size(1).max_overflow(0))
}

/// tokio-postgres looks types up by statements that it has prepared once.
#[tokio::test]
async fn a_statement_whose_columns_cannot_be_looked_up_has_run_once() {
    for deallocate in ["deallocate all", "do $$ begin execute 'deallocate all'; end $$"] {
        let database = alone_in_pool();
        database.ask(
            "create type a as enum ('x'); create type b as enum ('y'); create table t (n int, b b default 'y')",
        );
        let mut session = database.engine.session_maker().session_with(autocommit());
        session.execute("select 'x'::a").await.unwrap();
        session.execute(deallocate).await.unwrap();
        let mut result = session.execute("insert into t (n) values (1) returning b").await.unwrap();
        assert_eq!(result.scalars::<String>().unwrap(), ["y"], "{deallocate}");
        assert_eq!(database.ask("select count(*) from t"), "1", "{deallocate}");
    }
}

#[tokio::test]
async fn a_connection_whose_prepared_statements_are_gone_is_not_lent_again() {
    for text in [
        "deallocate all",
        "discard all",
        "prepare p as select 1; deallocate all",
        "prepare p as select 1; deallocate p",
    ] {
        let database = alone_in_pool();
        database.ask("create type a as enum ('x'); create type c as (n int)");
        let mut session = database.engine.session_maker().session_with(autocommit());
        session.execute("select 'x'::a").await.unwrap();
        let pid: i32 = session.scalar_one("select pg_backend_pid()").await.unwrap();
        session.execute_script(text).await.unwrap();
        let same: i32 = session.scalar_one("select pg_backend_pid()").await.unwrap();
        assert_eq!(same, pid, "{text}: the session keeps it");
        session.close().await.unwrap();
        let mut next = database.session();
        let next_pid: i32 = next.scalar_one("select pg_backend_pid()").await.unwrap();
        assert_eq!(next_pid != pid, text.ends_with("all"), "{text}");
        next.execute("select row(1)::c").await.unwrap();
    }
}

/// A name that is missing inside of a statement is not the statement's own.
#[tokio::test]
async fn what_fails_for_a_missing_name_inside_of_it_is_not_run_again() {
    let database = alone_in_pool();
    database.ask("create table t (n int)");
    let mut session = database.engine.session_maker().session_with(autocommit());
    let block = "do $$ begin insert into t values (1); commit; execute 'deallocate nope'; end $$";
    // Sent once, prepared beside its second run, and prepared.
    for run in 1..=4 {
        let error = session.execute(block).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SchemaChanged, "{error:?}");
        assert_eq!(database.ask("select count(*) from t"), run.to_string());
    }
    assert_eq!(session.scalar_one::<i32>("select 1").await.unwrap(), 1);
}
