//! A BEGIN that fails under a statement that does not. No server does that at will, so a proxy spoils the BEGIN.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread,
};

use sqlsession_postgres::{EngineOptions, ErrorKind, PostgresEngine, core::DatabaseUrl};

use crate::database::Database;

/// Passes everything on but for BEGIN, of which it makes something that is no SQL.
fn spoil(server: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming() {
            let (mut client, mut server) = (client.unwrap(), TcpStream::connect(&server).unwrap());
            let (mut back, mut answers) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            thread::spawn(move || std::io::copy(&mut answers, &mut back));
            thread::spawn(move || {
                let mut bytes = [0; 64 * 1024];
                while let Ok(read @ 1..) = client.read(&mut bytes) {
                    let bytes = &mut bytes[..read];
                    if let Some(at) = bytes.windows(6).position(|part| part == b"BEGIN\0") {
                        bytes[at..at + 5].copy_from_slice(b"BEGUN");
                    }
                    server.write_all(bytes).unwrap();
                }
            });
        }
    });
    port
}

#[tokio::test]
async fn a_statement_whose_begin_failed_is_reported_as_committed_and_not_run_again() {
    let database = Database::create();
    database.ask("create table t (n int)");
    let url: DatabaseUrl = database.place.url().parse().unwrap();
    let port = spoil(format!("{}:{}", url.host().unwrap(), url.port().unwrap_or(5432)));
    let url = url.with_host("127.0.0.1").with_port(port);
    let options = EngineOptions::default().pool_size(1).max_overflow(0);
    let engine = PostgresEngine::with_options(url, options).unwrap();
    let mut session = engine.session_maker().session();
    let error = session.execute("insert into t values (1)").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StatementCommitted, "{error:?}");
    assert!(!error.is_retryable());
    assert_eq!(session.execute("select 1").await.unwrap_err().kind(), ErrorKind::InvalidState);
    session.rollback().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "1", "it says what happened");
    // A statement that failed as well has done nothing, and the BEGIN's error is the one that counts.
    let error = session.execute("insert into nowhere values (1)").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Syntax, "{error:?}");
    session.rollback().await.unwrap();
    let error = session.execute_and_commit("insert into t values (2)").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StatementCommitted, "{error:?}");
    session.rollback().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "2");
}
