//! Kills: those of this driver, which are to hit one statement only, and those of others.

use std::time::{Duration, Instant};

use sqlsession_mysql::{EngineOptions, ErrorKind, MysqlEngine, SessionOptions, core::AsyncEngine, text};
use sqlsession_test_servers::{Fault, MysqlProduct, MysqlServer, Proxy};

use crate::{cancel::SLEEP, database::Database};

fn one(url: &str) -> AsyncEngine {
    let options = EngineOptions::default().pool_size(1).max_overflow(0);
    MysqlEngine::with_options(url, options).unwrap().to_async()
}

/// The servers there are, each behind a proxy.
fn proxied() -> impl Iterator<Item = (MysqlServer, Proxy, String)> {
    MysqlProduct::installed().into_iter().map(|product| {
        let server = MysqlServer::start(product).unwrap();
        let proxy = Proxy::start(server.port()).unwrap();
        let url = format!("{}?ssl_mode=DISABLED", server.url_through(proxy.port()));
        (server, proxy, url)
    })
}

#[tokio::test]
async fn a_server_that_says_nothing_any_more_is_given_up() {
    for (_server, proxy, url) in proxied() {
        let engine = one(&url);
        let mut session = engine.session_maker().session();
        session.execute("select 1").await.unwrap();
        proxy.fail(Fault::BlackHole);
        let begun = Instant::now();
        let error = session.execute(text("select 1").timeout(Duration::from_millis(50))).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{error:?}");
        assert!(begun.elapsed() < Duration::from_secs(100));
        proxy.heal();
        session.rollback().await.unwrap();
        assert_eq!(session.scalar_one::<i32>("select 1").await.unwrap(), 1);
    }
}

/// The KILL may hit what undoes the rows.
#[tokio::test]
async fn a_bulk_insert_that_is_stopped_leaves_no_row() {
    for (server, proxy, url) in proxied() {
        let engine = one(&url);
        let options = SessionOptions::default().statement_timeout(Duration::from_millis(400));
        let mut session = engine.session_maker().session_with(options);
        session.execute("create table t (n int)").await.unwrap();
        session.execute("insert into t values (-1)").await.unwrap();
        proxy.delay(Duration::from_millis(60));
        let rows = (0..200_000_i64).map(|n| [n]);
        let error = session.bulk_insert("t", ["n"], rows).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StatementTimeout, "{:?}: {error:?}", server.product());
        proxy.heal();
        let committed = session.commit().await.is_ok();
        session.rollback().await.unwrap();
        let left = server.query("select count(*) from sqlsession.t").unwrap();
        assert_eq!(left, if committed { "1" } else { "0" }, "{:?}", server.product());
    }
}

/// Behind one name there may be several servers, each of which has a connection of the same number.
#[tokio::test]
async fn a_kill_that_another_server_gets_hits_nobody() {
    let product = MysqlProduct::installed()[0];
    let [first, second] = [(); 2].map(|()| MysqlServer::start(product).unwrap());
    let proxy = Proxy::start(second.port()).unwrap();
    let url = format!("{}?ssl_mode=DISABLED", second.url_through(proxy.port()));
    const NUMBER: &str = "select connection_id()";
    let id = |server: &MysqlServer| server.query(NUMBER).unwrap().parse::<i64>().unwrap();
    let beyond = id(&second) + 5;
    while id(&first) < beyond {}
    let victims = one(&first.url());
    let mut victim = victims.session_maker().session();
    let wanted: i64 = victim.scalar_one(NUMBER).await.unwrap();
    while id(&second) < wanted - 1 {}
    let engine = one(&url);
    let mut session = engine.session_maker().session();
    assert_eq!(session.scalar_one::<i64>(NUMBER).await.unwrap(), wanted);
    proxy.redirect(first.port());
    let stopping = session.execute(text(SLEEP).timeout(Duration::from_millis(50)));
    let busy = victim.scalar_one::<i32>("select n from (select sleep(3) as n) as s");
    let (stopped, busy) = tokio::join!(stopping, busy);
    let error = stopped.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionLost, "it cannot be stopped: {error:?}");
    assert_eq!(busy.unwrap(), 0, "slept to the end");
}

#[tokio::test]
async fn a_connection_that_was_killed_is_replaced() {
    let database = Database::create();
    let mut session = database.session();
    // MySQL tells of a statement that was interrupted, MariaDB of a connection that was killed.
    let error = session.execute_script("set @id = connection_id(); kill @id; do sleep(1)").await;
    let error = match error {
        Err(error) => error,
        Ok(()) => session.execute("select 1").await.unwrap_err(),
    };
    assert!(
        matches!(error.kind(), ErrorKind::Cancelled | ErrorKind::ConnectionLost | ErrorKind::Syntax),
        "{error:?}"
    );
    session.rollback().await.unwrap();
    assert_eq!(session.scalar_one::<i32>("select 1").await.unwrap(), 1);
}

#[tokio::test]
async fn a_connection_that_was_idle_for_too_long_is_told_as_such() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("set session wait_timeout = 1").await.unwrap();
    let busy =
        "select count(*) from information_schema.processlist where db = database() and id <> connection_id()";
    while database.ask(busy) != "0" {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let error = session.execute("select 1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{error:?}");
    assert!(!error.message().contains("sync"), "{error}");
    session.rollback().await.unwrap();
    assert_eq!(session.scalar_one::<i32>("select 1").await.unwrap(), 1);
}
