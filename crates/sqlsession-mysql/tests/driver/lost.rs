use std::{sync::Arc, time::Duration};

use sqlsession_mysql::{
    AsyncSession, EngineOptions, ErrorKind, MysqlEngine, SessionOptions,
    core::{DatabaseUrl, driver::IsolationLevel},
    mysql_async::{Conn, prelude::Queryable},
};
use sqlsession_test_servers::Proxy;
use tokio::task::JoinSet;

use crate::database::Database;

fn one() -> EngineOptions {
    EngineOptions::default().pool_size(1).max_overflow(0)
}

/// Ends the engine's only connection.
async fn kill(database: &Database, id: i64) {
    database.ask(&format!("kill connection {id}"));
    while database.ask(&format!("select count(*) from information_schema.processlist where id = {id}")) != "0"
    {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_lost_connection_is_replaced() {
    let database = Database::with(one());
    let mut session = database.session();
    let id: i64 = session.scalar_one("select connection_id()").await.unwrap();
    kill(&database, id).await;
    let error = session.execute("select 1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{error:?}");
    assert!(error.is_disconnect());
    assert_eq!(session.execute("select 1").await.unwrap_err().kind(), ErrorKind::InvalidState);
    session.rollback().await.unwrap();
    assert_eq!(session.scalar_one::<i32>("select 1").await.unwrap(), 1);
}

#[tokio::test]
async fn a_connection_lost_under_its_commit_leaves_the_outcome_open() {
    let database = Database::with(one());
    let mut session = database.session();
    session.execute_and_commit("create table t (n int)").await.unwrap();
    session.execute("insert into t values (1)").await.unwrap();
    let id: i64 = session.scalar_one("select connection_id()").await.unwrap();
    kill(&database, id).await;
    let error = session.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CommitUnknown, "{error:?}");
    session.rollback().await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 0);
}

#[tokio::test]
async fn a_ping_at_checkout_finds_an_idle_connection_that_was_lost() {
    let database = Database::with(one().pool_pre_ping(true));
    for _ in 0..3 {
        let mut session = database.session();
        let id: i64 = session.scalar_one("select connection_id()").await.unwrap();
        session.close().await.unwrap();
        kill(&database, id).await;
        assert_eq!(database.session().scalar_one::<i32>("select 1").await.unwrap(), 1);
    }
}

/// A session through a proxy, in the middle of a transaction.
async fn behind_a_proxy(database: &Database) -> (Proxy, AsyncSession) {
    let (proxy, mut session) = session_behind_a_proxy(database, SessionOptions::default());
    session.execute("select n from t").await.unwrap();
    (proxy, session)
}

fn session_behind_a_proxy(database: &Database, options: SessionOptions) -> (Proxy, AsyncSession) {
    let url: DatabaseUrl = database.place.url().parse().unwrap();
    let proxy = Proxy::start(url.port().unwrap_or(3306)).unwrap();
    let url = url.with_host("127.0.0.1").with_port(proxy.port());
    let options = options.statement_timeout(Duration::from_millis(50));
    let engine = MysqlEngine::with_options(url, one()).unwrap().to_async();
    (proxy, engine.session_maker_with(options).session())
}

/// The server is gone without a word, and the network does not say so: what has a limit does not take for ever. Other
/// connections work, and so does the KILL.
#[tokio::test]
async fn a_connection_that_is_dead_and_nobody_knows_is_given_up() {
    let database = Database::create();
    database.ask("create table t (n int)");
    for way in ["statement", "savepoint", "rollback", "behind the raw client"] {
        let (proxy, mut session) = behind_a_proxy(&database).await;
        if way == "behind the raw client" {
            session.driver_connection::<Conn>().await.unwrap().query_drop("select 1").await.unwrap();
        }
        proxy.strand();
        let ending = async {
            match way {
                "statement" | "behind the raw client" => session.execute("select 1").await.map(drop),
                "savepoint" => {
                    session.begin_nested().await?;
                    session.execute("select 1").await.map(drop)
                }
                _ => session.rollback().await,
            }
        };
        let ended = tokio::time::timeout(Duration::from_secs(60), ending).await;
        assert_eq!(ended.expect(way).unwrap_err().kind(), ErrorKind::ConnectionLost, "{way}");
        session.rollback().await.unwrap();
        assert_eq!(session.scalar_one::<i32>("select 1").await.unwrap(), 1, "{way}");
    }
}

/// What an operation begins before its statement has a limit as well, and so has what undoes it.
#[tokio::test]
async fn a_transaction_that_is_begun_on_a_dead_connection_is_given_up() {
    let database = Arc::new(Database::create());
    database.ask("create table t (n int)");
    let mut ways = JoinSet::new();
    let levels = [(IsolationLevel::Autocommit, false), (IsolationLevel::RepeatableRead, true)];
    for (level, read_only) in levels {
        for way in ["execute", "results", "stream", "many", "bulk"] {
            ways.spawn(is_given_up(Arc::clone(&database), level, read_only, way));
        }
    }
    while let Some(way) = ways.join_next().await {
        way.unwrap();
    }
}

async fn is_given_up(database: Arc<Database>, level: IsolationLevel, read_only: bool, way: &'static str) {
    let options = SessionOptions::default().isolation_level(level).read_only(read_only);
    let (proxy, mut session) = session_behind_a_proxy(&database, options);
    session.execute("select 1").await.unwrap();
    session.commit().await.unwrap();
    proxy.strand();
    let running = async {
        match way {
            "execute" => session.execute("select 1").await.map(drop),
            "results" => session.execute_multi("select 1; select 2").await.map(drop),
            "stream" => session.stream("select 1").await.map(drop),
            "many" => {
                session.execute_many("insert into t values (:n)", [[("n", 1)], [("n", 2)]]).await.map(drop)
            }
            _ => session.bulk_insert("t", ["n"], [[1], [2]]).await.map(drop),
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(60), running).await;
    let error = ended.unwrap_or_else(|_| panic!("{way} at {level} waits")).unwrap_err();
    let may_be_durable = level == IsolationLevel::Autocommit && matches!(way, "many" | "bulk");
    let kind = if may_be_durable { ErrorKind::CommitUnknown } else { ErrorKind::ConnectionLost };
    assert_eq!(error.kind(), kind, "{way} at {level}: {error:?}");
}
