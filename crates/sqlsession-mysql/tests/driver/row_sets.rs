//! Rows that MariaDB is given as sets of values for one INSERT.

use std::{
    io::{self, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread,
};

use sqlsession_mysql::{EngineOptions, MysqlEngine, core::DatabaseUrl};
use sqlsession_test_servers::{Mysql, MysqlProduct};

use crate::database::Database;

#[tokio::test]
async fn triggers_that_insert_see_every_row() {
    let database = Database::create();
    let mut session = database.session();
    for sql in [
        "create table t (n int)",
        "create table before_t (n int)",
        "create table after_t (n int)",
        "create trigger b before insert on t for each row insert into before_t values (new.n)",
        "create trigger a after insert on t for each row insert into after_t values (new.n)",
    ] {
        session.execute(sql).await.unwrap();
    }
    assert_eq!(session.bulk_insert("t", ["n"], (0..3_000).map(|n| (n,))).await.unwrap(), 3_000);
    let sets: Vec<_> = (0..100).map(|n| [("n", n)]).collect();
    session.execute_many_and_commit("insert into t values (:n)", sets).await.unwrap();
    for table in ["t", "before_t", "after_t"] {
        assert_eq!(database.ask(&format!("select count(*) from {table}")), "3100", "{table}");
    }
}

#[tokio::test]
async fn a_binary_log_of_statements_takes_rows_otherwise() {
    let server = Mysql::new(MysqlProduct::Mariadb)
        .setting("log-bin", "binary-log")
        .setting("binlog-format", "STATEMENT")
        .start()
        .unwrap();
    let options = EngineOptions::default().pool_size(1).max_overflow(0);
    let engine = MysqlEngine::with_options(server.url(), options).unwrap();
    let mut session = engine.session_maker().session();
    session.execute("create table t (n int)").await.unwrap();
    for rows in [1, 1_023, 1_024, 3_000] {
        let inserted = session.bulk_insert("t", ["n"], (0..rows).map(|n| (n,))).await;
        assert_eq!(inserted.unwrap(), rows);
    }
    let sets: Vec<_> = (0..5).map(|n| [("n", n)]).collect();
    let done = session.execute_many_and_commit("insert into t values (:n)", sets).await.unwrap();
    assert_eq!(done.rowcount(), Some(5));
    assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 5_053);
}

/// Passes everything on but for what MariaDB says it can do beyond MySQL, as proxies do that do not know of it.
fn hide_capabilities(server: String) -> u16 {
    /// What stands between the version and them in the greeting, and how long they are.
    const BEFORE: usize = 27;
    const LENGTH: usize = 4;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming() {
            let (mut client, mut server) = (client.unwrap(), TcpStream::connect(&server).unwrap());
            let mut greeting = vec![0; 4096];
            let length = server.read(&mut greeting).unwrap();
            // Behind the head of the packet and the version of the protocol.
            let end = 5 + greeting[5..].iter().position(|byte| *byte == 0).unwrap() + 1;
            greeting[end + BEFORE..end + BEFORE + LENGTH].fill(0);
            client.write_all(&greeting[..length]).unwrap();
            let (mut back, mut answers) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            thread::spawn(move || io::copy(&mut answers, &mut back));
            thread::spawn(move || io::copy(&mut client, &mut server));
        }
    });
    port
}

#[tokio::test]
async fn rows_are_counted_where_something_in_between_does_not_know_of_sets() {
    let database = Database::create();
    let url: DatabaseUrl = database.place.url().parse().unwrap();
    let port = hide_capabilities(format!("{}:{}", url.host().unwrap(), url.port().unwrap_or(3306)));
    let url = url.with_host("127.0.0.1").with_port(port);
    let options = EngineOptions::default().pool_size(1).max_overflow(0);
    let engine = MysqlEngine::with_options(url, options).unwrap();
    let mut session = engine.session_maker().session();
    session.execute("create table t (n int)").await.unwrap();
    let sets: Vec<_> = (0..5).map(|n| [("n", n)]).collect();
    let done = session.execute_many_and_commit("insert into t values (:n)", sets).await.unwrap();
    assert_eq!(done.rowcount(), Some(5));
    session.invalidate();
    session.rollback().await.unwrap();
    for _ in 0..2 {
        assert_eq!(session.bulk_insert("t", ["n"], (0..3_000).map(|n| (n,))).await.unwrap(), 3_000);
    }
    session.commit().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "6005");
}

#[tokio::test]
async fn wide_rows_leave_no_more_keys_unused_than_narrow_ones() {
    let database = Database::create();
    let mut session = database.session();
    let names: Vec<String> = (0..100).map(|n| format!("c{n}")).collect();
    let columns = names.iter().map(|name| format!("{name} int")).collect::<Vec<_>>().join(", ");
    session.execute(format!("create table t (id int auto_increment primary key, {columns})")).await.unwrap();
    // As many as whole batches hold.
    let rows = 8 * 511;
    let inserted = session.bulk_insert("t", names, (0..rows).map(|n| vec![n; 100])).await.unwrap();
    assert_eq!(i64::try_from(inserted).unwrap(), rows);
    assert_eq!(session.scalar_one::<i64>("select max(id) from t").await.unwrap(), rows);
}
