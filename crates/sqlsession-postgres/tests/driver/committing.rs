//! What is reported as committed is, and with it all that came before.

use std::{
    pin::pin,
    task::{Context, Waker},
};

use sqlsession_postgres::{EngineOptions, ErrorKind, PostgresClient};

use crate::database::Database;

/// Has a request sent, and gives up on its answer.
fn give_up(request: impl Future) {
    let _ = pin!(request).poll(&mut Context::from_waker(Waker::noop()));
}

async fn database() -> Database {
    let database = Database::with(EngineOptions::default().pool_size(1).max_overflow(0));
    database.session().execute_and_commit("create table t (n int)").await.unwrap();
    database
}

#[tokio::test]
async fn a_statement_that_lost_its_plan_is_not_run_again_without_what_came_before() {
    const LAST: &str = "insert into t values (2) returning *";
    let database = database().await;
    let mut session = database.session();
    for _ in 0..3 {
        session.execute(LAST).await.unwrap();
    }
    session.execute_many("insert into t values (:n)", [[("n", 3)]]).await.unwrap();
    session.rollback().await.unwrap();
    for many in [false, true] {
        session.execute("insert into t values (1)").await.unwrap();
        session.execute("deallocate all").await.unwrap();
        let error = if many {
            session.execute_many_and_commit("insert into t values (:n)", [[("n", 3)]]).await.unwrap_err()
        } else {
            session.execute_and_commit(LAST).await.unwrap_err()
        };
        assert_eq!(error.kind(), ErrorKind::SchemaChanged, "{error:?}");
        session.rollback().await.unwrap();
        assert_eq!(database.ask("select count(*) from t"), "0", "nothing is committed");
    }
}

#[tokio::test]
async fn a_commit_of_which_the_server_makes_a_rollback_is_an_error() {
    let database = database().await;
    let mut session = database.session();
    session.execute("insert into t values (1)").await.unwrap();
    let client = session.driver_connection::<PostgresClient>().await.unwrap();
    // The session cannot know that it will fail.
    give_up(client.batch_execute("select 1 / 0"));
    let error = session.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidState, "{error:?}");
    session.rollback().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "0");
}

#[tokio::test]
async fn a_commit_behind_a_copy_that_was_given_up_is_an_error() {
    let database = database().await;
    let mut session = database.session();
    session.execute("insert into t values (1)").await.unwrap();
    let client = session.driver_connection::<PostgresClient>().await.unwrap();
    let mut copy = client.copy_in("copy t from stdin").await.unwrap();
    copy.send("2\n").await.unwrap();
    drop(copy);
    let error = session.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidState, "{error:?}");
    session.rollback().await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 0);
}
