use std::time::Duration;

use sqlsession_mysql::{
    EngineOptions, ErrorKind, MysqlEngine,
    core::{DatabaseUrl, driver::ServerTransaction},
};
use sqlsession_test_servers::Proxy;
use tokio::time::{sleep, timeout};

use crate::{cancel::SLEEP, database::Database};

#[tokio::test]
async fn scripts_hold_several_statements() {
    let database = Database::create();
    let mut session = database.session();
    session
        .execute_script("create table t (n int); insert into t values (1), (2); select * from t")
        .await
        .unwrap();
    let error = session.execute_script("insert into t values (3); nonsense; select 1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Syntax);
    assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 3);
    let error = session.execute("insert into t values (4); insert into t values (5)").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Syntax);
    session.rollback().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "0");
}

#[tokio::test]
async fn what_ran_before_a_script_failed_is_committed_with_the_rest() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_and_commit("create table t (n int)").await.unwrap();
    // Nothing else of the transaction says that it is open.
    let script = "insert into t values (1); select * from t; nonsense";
    assert_eq!(session.execute_script(script).await.unwrap_err().kind(), ErrorKind::Syntax);
    assert_eq!(session.server_transaction(), ServerTransaction::Open);
    session.commit().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "1");
    let script = "insert into t values (2); commit; nonsense";
    assert_eq!(session.execute_script(script).await.unwrap_err().kind(), ErrorKind::Syntax);
    assert_eq!(session.server_transaction(), ServerTransaction::Idle);
    assert_eq!(session.rollback().await.unwrap_err().kind(), ErrorKind::CommitUnknown);
    assert_eq!(database.ask("select count(*) from t"), "2");
}

/// The first KILL does not reach the server: it is sent again.
#[tokio::test]
async fn a_dropped_script_is_stopped_as_often_as_it_takes() {
    let database = Database::create();
    let url: DatabaseUrl = database.place.url().parse().unwrap();
    let proxy = Proxy::start(url.port().unwrap_or(3306)).unwrap();
    let url = url.with_host("127.0.0.1").with_port(proxy.port());
    let options = EngineOptions::default().pool_size(1).max_overflow(0);
    let engine = MysqlEngine::with_options(url, options).unwrap();
    let mut session = engine.session_maker().session();
    let id: i64 = session.scalar_one("select connection_id()").await.unwrap();
    proxy.refuse();
    let script = format!("do 1; {SLEEP}");
    assert!(timeout(Duration::from_millis(200), session.execute_script(script)).await.is_err());
    drop(session);
    sleep(Duration::from_millis(200)).await;
    proxy.heal();
    let next: i64 = engine.session_maker().session().scalar_one("select connection_id()").await.unwrap();
    assert_eq!(next, id, "the connection was given up");
}
