//! What one user sets on a connection the next one does not see, and what was not changed costs nothing.

use std::time::Duration;

use sqlsession::{
    AsyncEngine, BeginMode, EngineOptions, ErrorKind, SessionOptions, create_engine_with,
    driver::IsolationLevel, text,
};
use sqlsession_test_servers::{MysqlProduct, Proxy, Sender};

use crate::{on_each_backend, own_server::OwnServer, place::Place};

const TABLE: &str = "create table t (id integer primary key, n integer)";
const SERIALIZABLE: IsolationLevel = IsolationLevel::Serializable;

fn one() -> EngineOptions {
    EngineOptions::default().pool_size(1).max_overflow(0)
}

/// The isolation level of a session's transaction, as the server says.
async fn level(place: &Place, engine: &AsyncEngine, options: SessionOptions) -> String {
    let sql = match place {
        Place::Sqlite(_) => {
            "select case (select * from pragma_read_uncommitted) when 1 then 'un' else 'ser' end"
        }
        Place::Postgres(_) => "show transaction_isolation",
        Place::Mysql(place) if place.product() == MysqlProduct::Mysql => {
            "select @@session.transaction_isolation"
        }
        Place::Mysql(_) => "select @@session.tx_isolation",
    };
    engine.session_maker_with(options).session().scalar_one(sql).await.unwrap()
}

async fn an_isolation_level_ends_with_its_user(place: Place) {
    let engine = place.engine(one());
    let other =
        if matches!(place, Place::Sqlite(_)) { IsolationLevel::ReadUncommitted } else { SERIALIZABLE };
    let set = || SessionOptions::default().isolation_level(other);
    let before = level(&place, &engine, SessionOptions::default()).await;
    assert_ne!(level(&place, &engine, set()).await, before);
    assert_eq!(level(&place, &engine, SessionOptions::default()).await, before);

    // Left in every way that there is.
    let mut session = engine.session_maker_with(set()).session();
    session.execute("select 1").await.unwrap();
    assert!(tokio::time::timeout(Duration::from_millis(50), session.execute(place.endless())).await.is_err());
    drop(session);
    assert_eq!(level(&place, &engine, SessionOptions::default()).await, before);
    let mut connection = engine.connect().await.unwrap();
    connection.set_isolation_level(Some(other)).unwrap();
    connection.execute("select 1").await.unwrap();
    connection.close().await.unwrap();
    assert_eq!(level(&place, &engine, SessionOptions::default()).await, before);
    let mut connection = engine.connect().await.unwrap();
    connection.set_isolation_level(Some(IsolationLevel::Autocommit)).unwrap();
    connection.execute("select 1").await.unwrap();
    drop(connection);
    engine.begin(async |c| c.execute(TABLE).await).await.unwrap();
    let mut session = engine.session_maker().session();
    session.execute("insert into t values (1, 1)").await.unwrap();
    session.rollback().await.unwrap();
    let count = engine.session_maker().session().scalar_one::<i64>("select count(*) from t").await.unwrap();
    assert_eq!(count, 0, "there was a transaction again");
}

async fn read_only_ends_with_its_user(place: Place) {
    let engine = place.engine(one());
    engine.begin(async |c| c.execute(TABLE).await).await.unwrap();
    let insert = "insert into t values (1, 1)";
    for way in 0..4 {
        let mut session = engine.session_maker_with(SessionOptions::default().read_only(true)).session();
        let error = session.execute(insert).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error:?}");
        match way {
            0 => session.rollback().await.unwrap(),
            1 => session.close().await.unwrap(),
            2 => drop(session),
            _ => {
                session.rollback().await.unwrap();
                let endless = session.execute(place.endless());
                assert!(tokio::time::timeout(Duration::from_millis(50), endless).await.is_err());
                drop(session);
            }
        }
        engine.begin(async |c| c.execute(insert).await).await.expect("a writer");
        engine.begin(async |c| c.execute("delete from t").await).await.unwrap();
    }
}

async fn a_statement_timeout_ends_with_its_user(place: Place) {
    let engine = place.engine(one());
    let short = SessionOptions::default().statement_timeout(Duration::from_millis(20));
    // Longer than that, and some rows of it are read.
    let long = match place {
        Place::Sqlite(_) => {
            "select count(*) from (with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000000) \
             select i from n)"
        }
        Place::Postgres(_) => "select count(*) from (select pg_sleep(0.3)) as slept",
        Place::Mysql(_) => "select sleep(0.3) + 1",
    };
    for _ in 0..3 {
        let mut session = engine.session_maker_with(short.clone()).session();
        let error = session.execute(place.endless()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StatementTimeout, "{error:?}");
        drop(session);
        let mut session = engine.session_maker().session();
        let error =
            session.execute(text(place.endless()).timeout(Duration::from_millis(20))).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StatementTimeout, "{error:?}");
        session.close().await.unwrap();
        let mut session = engine.session_maker().session();
        assert!(session.scalar_one::<i64>(long).await.unwrap() > 0);
    }
}

on_each_backend! {
    an_isolation_level_ends_with_its_user
    read_only_ends_with_its_user
    a_statement_timeout_ends_with_its_user
}

#[tokio::test]
async fn a_begin_mode_ends_with_its_user() {
    let place = Place::sqlite();
    let engine = place.engine(one());
    engine.begin(async |c| c.execute(TABLE).await).await.unwrap();
    let immediate = SessionOptions::default().begin_mode(BeginMode::Immediate);
    engine.session_maker_with(immediate).session().execute("select 1").await.unwrap();
    let mut reader = engine.session_maker().session();
    reader.execute("select count(*) from t").await.unwrap();
    // It holds no lock that a writer would have to wait for.
    let writer = place.engine(one());
    let writing = writer.begin(async |c| c.execute("insert into t values (1, 1)").await);
    tokio::time::timeout(Duration::from_secs(10), writing).await.expect("the reader locks").unwrap();
}

/// What the client has sent since this was asked last.
fn sent(proxy: &Proxy) -> String {
    let passed = proxy.take_record().into_iter().filter(|passed| passed.sender == Sender::Client);
    passed.map(|passed| String::from_utf8_lossy(&passed.bytes).to_uppercase()).collect()
}

/// What is sent by one user after the other, each with one SELECT.
async fn sent_by(engine: &AsyncEngine, proxy: &Proxy, options: &SessionOptions, users: usize) -> String {
    drop(sent(proxy));
    for _ in 0..users {
        let mut session = engine.session_maker_with(options.clone()).session();
        session.scalar_one::<i64>("select 1").await.unwrap();
        session.close().await.unwrap();
    }
    // The answer to the last ROLLBACK, which nobody waits for, has come.
    engine.connect().await.unwrap().scalar_one::<i64>("select 2").await.unwrap();
    sent(proxy)
}

async fn what_was_not_changed_is_not_sent(server: OwnServer) {
    let proxy = Proxy::start(server.port()).unwrap();
    let engine = create_engine_with(server.url_through(proxy.port()), one()).unwrap();
    let plain = SessionOptions::default();
    let strict = SessionOptions::default().isolation_level(SERIALIZABLE);
    sent_by(&engine, &proxy, &plain, 3).await;
    let levels = async |options: &SessionOptions| {
        let sent = sent_by(&engine, &proxy, options, 5).await;
        sent.matches("ISOLATION").count()
    };
    assert_eq!(levels(&plain).await, 0, "nothing was changed");
    // MySQL and MariaDB are asked what to go back to, once.
    assert!(levels(&strict).await <= 3, "once, and once back for the plain connection at the end");
    assert_eq!(levels(&plain).await, 0, "nothing is changed any more");
    let sent_to_the_plain = sent_by(&engine, &proxy, &plain, 5).await;
    assert!(!sent_to_the_plain.contains("SET "), "{sent_to_the_plain}");
    let to_the_timed =
        sent_by(&engine, &proxy, &SessionOptions::default().statement_timeout(Duration::from_secs(9)), 5)
            .await;
    assert!(!to_the_timed.contains("TIMEOUT"), "it is the client that looks at the clock: {to_the_timed}");
    while engine.pool_status().in_use > 0 {
        tokio::task::yield_now().await;
    }
    drop(sent(&proxy));
    for _ in 0..5 {
        engine.connect().await.unwrap().close().await.unwrap();
    }
    assert_eq!(sent(&proxy), "", "a connection that was not used is not spoken to");
}

#[tokio::test]
async fn postgres_hears_of_changes_only() {
    what_was_not_changed_is_not_sent(OwnServer::postgres()).await;
}

#[tokio::test]
async fn mysql_hears_of_changes_only() {
    what_was_not_changed_is_not_sent(OwnServer::mysql()).await;
}
