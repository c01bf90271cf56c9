//! Where sqlx keeps to itself what the server says of a transaction.

use std::net::Ipv4Addr;

use sqlsession_sqlx::{
    ErrorKind, SqlxEngine,
    core::{
        DatabaseUrl,
        driver::{IsolationLevel, ServerTransaction},
    },
    sqlx_postgres::Postgres,
};
use sqlsession_test_servers::{MysqlProduct, PostgresDatabase};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{TcpListener, TcpStream},
};

use crate::database::Database;

#[tokio::test]
async fn texts_that_begin_and_end_transactions_are_noticed() {
    for database in Database::all() {
        let mut session = database.engine.session_maker().session();
        session.execute("create table t (n int)").await.unwrap();
        session.commit().await.unwrap();
        session.execute("insert into t values (1)").await.unwrap();
        session.execute("rollback").await.unwrap();
        session.execute("insert into t values (2)").await.unwrap();
        session.execute("commit").await.unwrap();
        session.execute("insert into t values (3)").await.unwrap();
        session.rollback().await.unwrap();
        let numbers: Vec<i64> = session.scalars("select n from t").await.unwrap();
        assert_eq!(numbers, [2], "{}", database.name);
    }
}

#[tokio::test]
async fn a_commit_that_would_be_a_rollback_is_an_error() {
    let database = Database::postgres();
    let mut session = database.engine.session_maker().session();
    session.execute("create table t (n int)").await.unwrap();
    session.execute("select 1 / 0").await.unwrap_err();
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::InvalidState);
    session.rollback().await.unwrap();
    // By a text as well: the server rolls back, and calls that a success.
    session.execute("create table t (n int)").await.unwrap();
    session.execute("select 1 / 0").await.unwrap_err();
    assert_eq!(session.execute("commit").await.unwrap_err().kind(), ErrorKind::InvalidState);
    session.rollback().await.unwrap();
    session.execute("create table t (n int)").await.unwrap();
    session.commit().await.unwrap();
}

#[tokio::test]
async fn a_level_of_mysql_s_init_command_is_there_again() {
    let set = "?init_command=set+session+transaction+isolation+level+serializable";
    let database = Database::mysql_by(set);
    let show = match database.product() {
        Some(MysqlProduct::Mariadb) => "select @@tx_isolation",
        _ => "select @@transaction_isolation",
    };
    let mut connection = database.engine.connect().await.unwrap();
    for (level, shown) in [
        (Some(IsolationLevel::ReadCommitted), "READ-COMMITTED"),
        (Some(IsolationLevel::ReadUncommitted), "READ-UNCOMMITTED"),
        (None, "SERIALIZABLE"),
    ] {
        connection.set_isolation_level(level).unwrap();
        assert_eq!(connection.scalar_one::<String>(show).await.unwrap(), shown);
        connection.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn a_deadlock_s_victim_waits_for_rollback() {
    let database = Database::mysql();
    let maker = database.engine.session_maker();
    let (mut one, mut other) = (maker.session(), maker.session());
    one.execute("create table t (n int primary key, v int)").await.unwrap();
    one.execute("insert into t values (1, 0), (2, 0)").await.unwrap();
    one.commit().await.unwrap();
    one.execute("update t set v = 1 where n = 1").await.unwrap();
    other.execute("update t set v = 1 where n = 2").await.unwrap();
    let (first, second) = tokio::join!(
        one.execute("update t set v = 1 where n = 2"),
        other.execute("update t set v = 1 where n = 1")
    );
    let (error, mut victim, mut winner) = match (first, second) {
        (Err(error), Ok(_)) => (error, one, other),
        (Ok(_), Err(error)) => (error, other, one),
        both => panic!("{both:?}"),
    };
    assert_eq!(error.kind(), ErrorKind::Deadlock);
    // Half of the unit must not be committed alone.
    assert_eq!(
        victim.execute("insert into t values (3, 0)").await.unwrap_err().kind(),
        ErrorKind::InvalidState
    );
    victim.rollback().await.unwrap();
    winner.commit().await.unwrap();
    let sum = victim.scalar_one::<i64>("select cast(sum(v) as signed) from t").await.unwrap();
    assert_eq!(sum, 2);
}

#[tokio::test]
async fn an_error_that_rolls_back_is_told_on_sqlite() {
    let database = Database::sqlite();
    let mut session = database.engine.session_maker().session();
    session.execute("create table t (n integer primary key)").await.unwrap();
    session.execute("insert into t values (1)").await.unwrap();
    session.commit().await.unwrap();
    session.execute("insert into t values (2)").await.unwrap();
    session.execute("insert or rollback into t values (1)").await.unwrap_err();
    assert_eq!(
        session.execute("insert into t values (3)").await.unwrap_err().kind(),
        ErrorKind::InvalidState
    );
    session.rollback().await.unwrap();
    assert_eq!(session.scalars::<i64>("select n from t").await.unwrap(), [1]);
    let connection = session.connection().await.unwrap();
    assert_eq!(connection.server_transaction(), ServerTransaction::Open);
}

/// A way to a server on which the savepoint of a bulk insert becomes a statement of the same length that fails.
async fn without_the_savepoint(server: u16) -> u16 {
    const SAVEPOINT: &[u8] = b"Q\0\0\0\x1eSAVEPOINT sqlsession_bulk\0";
    const FAILING: &[u8] = b"Q\0\0\0\x1eSELECT 1/0               \0";
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.unwrap();
            let server = TcpStream::connect((Ipv4Addr::LOCALHOST, server)).await.unwrap();
            tokio::spawn(async move {
                let (mut asked, mut answered) = client.into_split();
                let (mut answers, mut asking) = server.into_split();
                let back = tokio::spawn(async move { copy(&mut answers, &mut answered).await });
                let mut buffer = vec![0; 64 * 1024];
                loop {
                    let length = asked.read(&mut buffer).await.unwrap_or_default();
                    let sent = &buffer[..length];
                    let sent = if sent == SAVEPOINT { FAILING } else { sent };
                    if length == 0 || asking.write_all(sent).await.is_err() {
                        break;
                    }
                }
                drop(asking);
                drop(back.await);
            });
        }
    });
    port
}

#[tokio::test]
async fn a_savepoint_of_a_bulk_insert_that_fails_has_failed_the_transaction() {
    let database = PostgresDatabase::create().unwrap();
    let url: DatabaseUrl = format!("{}?sslmode=disable", database.url()).parse().unwrap();
    let port = without_the_savepoint(url.port().unwrap()).await;
    let engine = SqlxEngine::<Postgres>::new(url.with_host("127.0.0.1").with_port(port)).unwrap();
    let mut session = engine.session_maker().session();
    session.execute("create table t (n int)").await.unwrap();
    session.commit().await.unwrap();
    session.execute("insert into t values (1)").await.unwrap();
    let error = session.bulk_insert("t", ["n"], [[2]]).await.unwrap_err();
    assert_eq!(error.code(), Some("22012"), "{error}");
    // The server would take COMMIT for a ROLLBACK, and not call that an error.
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::InvalidState);
    session.rollback().await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 0);
}
