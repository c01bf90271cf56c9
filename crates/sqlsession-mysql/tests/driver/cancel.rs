use std::{
    future::poll_fn,
    sync::Arc,
    task::Poll,
    time::{Duration, Instant},
};

use sqlsession_mysql::{
    EngineOptions, ErrorKind, MysqlDriver, MysqlOptions,
    core::{
        driver::{Driver as _, DriverConnection as _, Operation, Request},
        statement::CompiledText,
    },
    text,
};
use tokio::time::timeout;

use crate::database::Database;

/// Some minutes, in a way whose end is an error on every server.
pub(crate) const SLEEP: &str =
    "select sleep(200) from (select 1 union select 2) as two where sleep(100) >= 0";

fn one() -> EngineOptions {
    EngineOptions::default().pool_size(1).max_overflow(0)
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_stopped_on_the_server() {
    let database = Database::with(one());
    let mut session = database.session();
    let begun = Instant::now();
    for _ in 0..3 {
        let error = session.execute(text(SLEEP).timeout(Duration::from_millis(50))).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::StatementTimeout, Some("1317")));
        assert_eq!(session.scalar_one::<i32>("select 1").await.unwrap(), 1, "the transaction goes on");
        session.rollback().await.unwrap();
    }
    assert!(begun.elapsed() < Duration::from_secs(50));
}

#[tokio::test]
async fn a_dropped_future_is_cancelled_and_never_hits_the_next_user() {
    let database = Database::with(one());
    let id: i64 = database.session().scalar_one("select connection_id()").await.unwrap();
    for round in 0..30 {
        let mut session = database.session();
        if round % 3 == 0 {
            session.execute("select 1").await.unwrap();
        }
        let waited = Duration::from_millis(round % 7);
        assert!(timeout(waited, session.execute(SLEEP)).await.is_err());
        if round % 6 == 0 {
            assert_eq!(session.execute("select 1").await.unwrap_err().kind(), ErrorKind::Interrupted);
            session.rollback().await.unwrap();
            assert_eq!(session.scalar_one::<i32>("select 1").await.unwrap(), 1);
        }
        drop(session);
        let mut next = database.session();
        for _ in 0..5 {
            assert_eq!(next.scalar_one::<i64>("select connection_id()").await.unwrap(), id, "round {round}");
        }
    }
}

#[tokio::test]
async fn a_kill_that_comes_too_late_hits_nobody() {
    let database = Database::with(one());
    for _ in 0..50 {
        let mut session = database.session();
        // It may end by itself before it is stopped.
        let _ = session.execute(text("select sleep(0.002)").timeout(Duration::from_millis(2))).await;
        session.rollback().await.unwrap();
        for _ in 0..3 {
            assert_eq!(session.scalar_one::<i32>("select 1").await.unwrap(), 1);
        }
    }
}

#[test]
fn a_blocking_statement_is_stopped_as_well() {
    let database = Database::create();
    let engine = database.blocking();
    let mut session = engine.session_maker().session();
    let error = session.execute(text(SLEEP).timeout(Duration::from_millis(50))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StatementTimeout);
    session.rollback().unwrap();
    assert_eq!(session.scalar_one::<i32>("select 1").unwrap(), 1);
}

/// One may come while the driver still asks the server how things stand.
#[tokio::test]
async fn a_cancel_at_any_moment_of_an_operation_hits_nobody_else() {
    let database = Database::create();
    let url = database.place.url().parse().unwrap();
    let driver = MysqlDriver::new(MysqlOptions::from_url(&url).unwrap());
    let request = |sql: &str| Request::new(Arc::new(CompiledText::raw(sql)), Vec::new());
    for moment in 0..8 {
        let connection = driver.connect().await.unwrap();
        let canceller = connection.canceller();
        let Operation::Running(mut running) = connection.execute(request("drop table nowhere")) else {
            panic!("it needs the server")
        };
        let mut waits = 0;
        let ended = poll_fn(|cx| match running.as_mut().poll(cx) {
            Poll::Ready(finished) => Poll::Ready(Some(finished)),
            Poll::Pending if waits == moment => Poll::Ready(None),
            Poll::Pending => {
                waits += 1;
                Poll::Pending
            }
        });
        let mut connection = match ended.await {
            Some(finished) => finished.connection,
            None => {
                canceller.cancel().await;
                running.await.connection
            }
        };
        for _ in 0..2 {
            let Some(usable) = connection.take() else { break };
            let Operation::Running(next) = usable.execute(request("select 1")) else {
                panic!("it needs the server")
            };
            let finished = next.await;
            assert!(finished.result.is_ok(), "moment {moment}: {:?}", finished.result);
            connection = finished.connection;
        }
    }
}
