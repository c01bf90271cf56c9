//! What happens where the network fails.

use std::time::Duration;

use sqlsession_sqlx::{
    EngineOptions, ErrorKind, SessionOptions, SqlxEngine,
    core::{AsyncEngine, DatabaseUrl, driver::IsolationLevel},
    sqlx_postgres::Postgres,
};
use sqlsession_test_servers::{Fault, PostgresDatabase, Proxy};
use tokio::time::timeout;

const LIMIT: Duration = Duration::from_secs(60);

/// A database behind a proxy.
async fn behind() -> (PostgresDatabase, Proxy, AsyncEngine) {
    let database = PostgresDatabase::create().unwrap();
    let url: DatabaseUrl = database.url().parse().unwrap();
    let proxy = Proxy::start(url.port().unwrap_or(5432)).unwrap();
    let url = url.with_host("127.0.0.1").with_port(proxy.port());
    let options = EngineOptions::default().pool_size(1).max_overflow(0);
    let engine = SqlxEngine::<Postgres>::with_options(url, options).unwrap().to_async();
    engine.session_maker().session().execute_and_commit("create table t (n int)").await.unwrap();
    (database, proxy, engine)
}

#[tokio::test]
async fn a_commit_of_a_call_s_own_whose_answer_is_lost_may_have_gone_through() {
    let (_database, proxy, engine) = behind().await;
    let options = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    for bulk in [true, false] {
        let mut connection = engine.connect_with(options.clone()).await.unwrap();
        connection.execute("delete from t").await.unwrap();
        proxy.fail_on_answer(b"COMMIT\0", Fault::Reset);
        let ended = if bulk {
            connection.bulk_insert("t", ["n"], [[1]]).await.map(drop)
        } else {
            connection.execute_many("insert into t values (:n)", [[("n", 1)]]).await.map(drop)
        };
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::CommitUnknown, "bulk: {bulk}");
        connection.close().await.unwrap();
        let mut connection = engine.connect_with(options.clone()).await.unwrap();
        assert_eq!(connection.scalar_one::<i64>("select count(*) from t").await.unwrap(), 1);
    }
}

#[tokio::test]
async fn a_bulk_insert_ends_though_the_server_is_gone() {
    let (_database, proxy, engine) = behind().await;
    let maker = engine.session_maker();
    maker.configure(SessionOptions::default().statement_timeout(Duration::from_millis(50)));
    let mut session = maker.session();
    session.execute("select 1").await.unwrap();
    proxy.fail_on_answer_to(b"INSERT INTO", Fault::BlackHole);
    let inserting = timeout(LIMIT, session.bulk_insert("t", ["n"], [[1]])).await;
    assert_eq!(inserting.unwrap().unwrap_err().kind(), ErrorKind::ConnectionLost);
    proxy.heal();
    session.rollback().await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 0);
}
