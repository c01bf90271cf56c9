//! What is reported as committed is, and with it all that came before.

use std::{
    pin::pin,
    task::{Context, Waker},
    time::Duration,
};

use sqlsession_postgres::{
    EngineOptions, ErrorKind, PostgresClient, PostgresDriver,
    core::{
        driver::{Begin, Driver as _, DriverConnection as _, Operation, Request, UrlDriver as _},
        statement::CompiledText,
    },
    text,
};

use crate::database::Database;

/// Has a request sent, and gives up on its answer.
pub(crate) fn give_up(request: impl Future) {
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
    for many in [false, true] {
        for _ in 0..3 {
            session.execute(LAST).await.unwrap();
        }
        session.execute_many("insert into t values (:n)", [[("n", 3)]]).await.unwrap();
        session.rollback().await.unwrap();
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

#[tokio::test]
async fn a_commit_is_known_by_its_own_answer_where_a_type_is_looked_up_behind_it() {
    let database = database().await;
    database.ask("create type mood as enum ('calm'); create table moods (mood mood)");
    let insert = || text("insert into moods values (:mood)").bind("mood", "calm");
    let mut session = database.session();
    // The second one is prepared as well, for which the type is looked up.
    for _ in 0..3 {
        session.execute_and_commit(insert()).await.unwrap();
    }
    assert_eq!(database.ask("select count(*) from moods"), "3");
}

/// As where a runtime ends.
#[tokio::test]
async fn a_statement_whose_operation_is_dropped_does_not_run_without_its_begin() {
    let database = database().await;
    let url = database.place.url().parse().unwrap();
    let (driver, _) = PostgresDriver::from_url(&url, &mut EngineOptions::default()).unwrap();
    for prepared in [false, true] {
        let mut connection = driver.connect().await.unwrap();
        let request = || Request::new(CompiledText::raw("insert into t values (1)").into(), Vec::new());
        for _ in 0..if prepared { 3 } else { 0 } {
            let Operation::Running(running) = connection.execute(request()) else { panic!("it is done") };
            connection = running.await.connection.unwrap();
        }
        database.ask("delete from t");
        let mut request = request();
        request.begin = Some(Begin::default());
        let Operation::Running(running) = connection.execute(request) else { panic!("it is done") };
        give_up(running);
        // What is in the queue is sent, and then the goodbye.
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(database.ask("select count(*) from t"), "0", "prepared: {prepared}");
    }
}
