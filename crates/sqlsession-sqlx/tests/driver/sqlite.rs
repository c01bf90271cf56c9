//! What is read off the texts of SQLite's statements.

use std::time::Duration;

use sqlsession_sqlx::{SessionOptions, core::driver::BeginMode};
use tokio::time::sleep;

use crate::database::Database;

#[tokio::test]
async fn a_pragma_that_writes_is_committed() {
    let database = Database::sqlite();
    let mut session = database.engine.session_maker().session();
    session.execute_and_commit("create table t (n int)").await.unwrap();
    session.execute_and_commit("pragma schema_version = 1000").await.unwrap();
    session.close().await.unwrap();
    let mut native = database.native.session_maker().session();
    assert_eq!(native.scalar_one::<i64>("pragma schema_version").await.unwrap(), 1000);
}

#[tokio::test]
async fn a_first_statement_that_writes_is_behind_who_wrote_before() {
    let database = Database::sqlite();
    let maker = database.engine.session_maker();
    maker.configure(SessionOptions::default().begin_mode(BeginMode::Deferred));
    let (mut one, mut other) = (maker.session(), maker.session());
    one.execute_and_commit("create table t (n int)").await.unwrap();
    one.execute("insert into t values (1)").await.unwrap();
    let committing = async {
        // Meanwhile the other one waits for the lock.
        sleep(Duration::from_millis(100)).await;
        one.commit().await.unwrap();
    };
    let ((), copied) = tokio::join!(committing, other.execute("insert into t select * from t"));
    copied.unwrap();
    assert_eq!(other.scalar_one::<i64>("select count(*) from t").await.unwrap(), 2);
    other.commit().await.unwrap();
}
