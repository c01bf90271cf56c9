//! What happens where the network fails: nothing is called done that may not be, and no wait is without an end.

use std::time::Duration;

use sqlsession_postgres::{
    EngineOptions, Error, ErrorKind, PostgresClient, PostgresEngine, SessionOptions,
    core::{AsyncConnection, AsyncEngine, DatabaseUrl, driver::IsolationLevel},
    text,
};
use sqlsession_test_servers::{Fault, Proxy};
use tokio::{task::JoinSet, time::timeout};

use crate::database::Database;

const LIMIT: Duration = Duration::from_secs(60);
/// How a server answers COMMIT.
const COMMITTED: &[u8] = b"COMMIT\0";

/// A database behind a proxy.
struct Behind {
    database: Database,
    proxy: Proxy,
    engine: AsyncEngine,
}

fn behind() -> Behind {
    behind_with("")
}

fn behind_with(query: &str) -> Behind {
    let database = Database::create();
    database.ask("create table t (n int)");
    let (proxy, engine) = proxy_of(&database, query);
    Behind { database, proxy, engine }
}

/// A proxy of a database's server, and an engine of one place behind it.
fn proxy_of(database: &Database, query: &str) -> (Proxy, AsyncEngine) {
    let url: DatabaseUrl = format!("{}{query}", database.place.url()).parse().unwrap();
    let proxy = Proxy::start(url.port().unwrap_or(5432)).unwrap();
    let url = url.with_host("127.0.0.1").with_port(proxy.port());
    let options = EngineOptions::default().pool_size(1).max_overflow(0);
    (proxy, PostgresEngine::with_options(url, options).unwrap().to_async())
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_may_have_gone_through() {
    let Behind { database, proxy, engine } = behind();
    const INSERT: &str = "insert into t values (:n)";
    let one = || [[("n", 1)]];
    let mut durable = 0;
    for way in 0..12 {
        let level = if way == 5 { IsolationLevel::Autocommit } else { IsolationLevel::ReadCommitted };
        let options = SessionOptions::default().isolation_level(level);
        let mut session = engine.session_maker().session_with(options);
        if way >= 6 {
            session.execute(text(INSERT).bind("n", 0)).await.unwrap();
            durable += 1;
        } else {
            session.driver_connection::<PostgresClient>().await.unwrap();
            session.rollback().await.unwrap();
        }
        proxy.fail_on_answer(COMMITTED, Fault::Reset);
        let ended: Result<(), Error> = match way % 6 {
            0 => session.execute_and_commit(text(INSERT).bind("n", 1)).await.map(drop),
            1 => session.execute_many_and_commit(INSERT, one()).await.map(drop),
            2 => {
                session.execute(text(INSERT).bind("n", 1)).await.unwrap();
                session.commit().await
            }
            3 => {
                session.bulk_insert("t", ["n"], [[1]]).await.unwrap();
                session.commit().await
            }
            4 => {
                session.begin_nested().await.unwrap();
                session.execute_and_commit(text(INSERT).bind("n", 1)).await.map(drop)
            }
            // In AUTOCOMMIT a unit of its own.
            _ => session.execute_many(INSERT, one()).await.map(drop),
        };
        if way == 11 {
            // There is no COMMIT in it.
            ended.unwrap();
            assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::CommitUnknown);
        } else {
            assert_eq!(ended.unwrap_err().kind(), ErrorKind::CommitUnknown, "way {way}");
        }
        durable += 1;
        session.rollback().await.unwrap();
        assert_eq!(database.ask("select count(*) from t"), durable.to_string(), "way {way}");
    }
}

#[tokio::test]
async fn a_statement_timeout_ends_the_wait_for_a_server_that_is_gone() {
    let Behind { database: _database, proxy, engine } = behind();
    let mut session = engine.session_maker().session();
    session.execute("select 1").await.unwrap();
    proxy.fail(Fault::BlackHole);
    let statement = text("select 1").timeout(Duration::from_millis(50));
    let error = timeout(LIMIT, session.execute(statement)).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{error:?}");
    proxy.heal();
    session.rollback().await.unwrap();
    assert_eq!(session.scalar_one::<i32>("select 1").await.unwrap(), 1);
}

/// Whatever an operation has to wait for before its statement and behind it.
#[tokio::test]
async fn a_statement_timeout_ends_every_wait_for_a_server_that_is_gone() {
    let database = Database::create();
    database.ask("create table t (n int)");
    let mut ways = JoinSet::new();
    for level in [IsolationLevel::ReadCommitted, IsolationLevel::Autocommit] {
        for lent in [false, true] {
            for way in ["execute", "stream", "cursor", "many", "bulk", "pooled bulk"] {
                let (proxy, engine) =
                    proxy_of(&database, if way == "pooled bulk" { "?pgbouncer=true" } else { "" });
                let limit = Duration::from_secs(1);
                let options = SessionOptions::default().isolation_level(level).statement_timeout(limit);
                let mut connection = engine.connect_with(options).await.unwrap();
                connection.execute("select 1").await.unwrap();
                if lent {
                    connection.driver_connection::<PostgresClient>().await.unwrap();
                }
                connection.commit().await.unwrap();
                proxy.strand();
                ways.spawn(async move {
                    let ended = timeout(LIMIT, run(way, &mut connection)).await;
                    drop(proxy);
                    let case = format!("{way} at {level}, lent {lent}");
                    let error = ended.unwrap_or_else(|_| panic!("{case} waits")).unwrap_err();
                    let may_be_durable =
                        level == IsolationLevel::Autocommit && matches!(way, "many" | "bulk" | "pooled bulk");
                    let kind =
                        if may_be_durable { ErrorKind::CommitUnknown } else { ErrorKind::ConnectionLost };
                    assert_eq!(error.kind(), kind, "{case}: {error:?}");
                });
            }
        }
    }
    while let Some(way) = ways.join_next().await {
        way.unwrap();
    }
}

async fn run(way: &str, connection: &mut AsyncConnection) -> Result<(), Error> {
    match way {
        "execute" => connection.execute("select 2").await.map(drop),
        "stream" => connection.stream("select 2").await.map(drop),
        "cursor" => connection.stream(text("select 2").yield_per(10)).await.map(drop),
        "many" => connection.execute_many("insert into t values (:n)", [[("n", 1)]]).await.map(drop),
        _ => connection.bulk_insert("t", ["n"], [[1]]).await.map(drop),
    }
}

#[tokio::test]
async fn a_rollback_after_a_dropped_future_ends_though_the_server_is_gone() {
    let Behind { database: _database, proxy, engine } = behind();
    let mut session = engine.session_maker().session();
    session.execute("select 1").await.unwrap();
    proxy.fail(Fault::BlackHole);
    assert!(timeout(Duration::from_millis(50), session.execute("select 1")).await.is_err());
    // It is lost, which is what was wanted of it.
    timeout(LIMIT, session.rollback()).await.unwrap().unwrap();
    proxy.heal();
    assert_eq!(session.scalar_one::<i32>("select 1").await.unwrap(), 1);
}

#[tokio::test]
async fn a_cancel_that_may_still_arrive_hits_nobody_else() {
    let Behind { database, proxy, engine } = behind_with("?connect_timeout=1");
    let mut session = engine.session_maker().session();
    let pid = session.scalar_one::<i32>("select pg_backend_pid()").await.unwrap();
    session.execute("insert into t values (1)").await.unwrap();
    // It takes connections and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.redirect(silent.local_addr().unwrap().port());
    let slow = text("select pg_sleep(2)").timeout(Duration::from_millis(50));
    session.execute(slow).await.unwrap();
    session.commit().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "1", "what it was sent for loses nothing");
    let server: DatabaseUrl = database.place.url().parse().unwrap();
    proxy.redirect(server.port().unwrap_or(5432));
    assert_ne!(session.scalar_one::<i32>("select pg_backend_pid()").await.unwrap(), pid);
}
