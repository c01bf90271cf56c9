//! A BEGIN that fails before a statement that would not. No server does that at will, so a proxy spoils the BEGIN.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread,
};

use sqlsession_postgres::{
    EngineOptions, ErrorKind, PostgresEngine, SessionOptions,
    core::{
        DatabaseUrl,
        driver::{IsolationLevel, ServerTransaction},
    },
    text,
};

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
async fn a_begin_that_fails_takes_its_statement_with_it() {
    let database = Database::create();
    database.ask("create table t (n int)");
    let url: DatabaseUrl = database.place.url().parse().unwrap();
    let port = spoil(format!("{}:{}", url.host().unwrap(), url.port().unwrap_or(5432)));
    let url = url.with_host("127.0.0.1").with_port(port);
    let options = EngineOptions::default().pool_size(1).max_overflow(0);
    let engine = PostgresEngine::with_options(url, options).unwrap();
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut session = engine.session_maker().session_with(autocommit);
    for _ in 0..3 {
        session.execute(text("insert into t values (:n)").bind("n", 6)).await.unwrap();
    }
    drop(session);
    let mut session = engine.session_maker().session();
    // Sent once, prepared beside its second run, and prepared.
    for _ in 0..4 {
        let error = session.execute("insert into t values (1)").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Syntax, "{error:?}");
        assert!(error.message().contains("BEGUN"), "{error:?}");
        assert_eq!(session.server_transaction(), ServerTransaction::Idle);
        session.rollback().await.unwrap();
        let error = session.execute_and_commit("insert into t values (2)").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Syntax, "{error:?}");
        session.rollback().await.unwrap();
    }
    // Prepared above.
    for _ in 0..2 {
        let sets = [3, 4, 5].map(|n| [("n", n)]);
        assert!(session.execute_many("insert into t values (:n)", sets).await.is_err());
        session.rollback().await.unwrap();
        let sets = [3, 4, 5].map(|n| [("n", n)]);
        assert!(session.execute_many_and_commit("insert into t values (:n)", sets).await.is_err());
        session.rollback().await.unwrap();
    }
    assert!(session.stream("insert into t values (5) returning n").await.is_err());
    session.rollback().await.unwrap();
    assert_eq!(database.ask("select string_agg(n::text, ' ') from t"), "6 6 6", "what had no BEGIN");
}
