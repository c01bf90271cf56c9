//! One connection, asked one thing.

use std::error::Error as _;

use sqlsession_postgres::{EngineOptions, Error, PostgresClient, PostgresEngine, Result};

/// What the server of this URL answers.
pub(crate) async fn ask(url: &str, sql: &'static str) -> Result<String> {
    let mut session = PostgresEngine::new(url)?.session_maker().session();
    session.scalar_one::<String>(sql).await
}

/// Whether the connection of this URL is encrypted.
#[cfg(feature = "tls")]
pub(crate) async fn is_encrypted(url: &str) -> Result<bool> {
    ask(url, "select ssl::text from pg_stat_ssl where pid = pg_backend_pid()")
        .await
        .map(|word| word == "true")
}

/// The host that a connection of this URL is to.
pub(crate) async fn host(url: &str) -> Result<String> {
    let mut session = PostgresEngine::new(url)?.session_maker().session();
    Ok(session.driver_connection::<PostgresClient>().await?.host().to_string())
}

/// The error of a connection that must not come about. It is the same by blocking calls, and shows no password.
pub(crate) async fn refusal(url: &str) -> Error {
    let error = ask(url, "select 'connected'").await.unwrap_err();
    let options = EngineOptions::default().blocking();
    let blocking = PostgresEngine::with_options(url, options).unwrap().to_blocking().unwrap();
    let other =
        std::thread::spawn(move || blocking.session_maker().session().execute("select 1").map(|_| ()));
    let other = other.join().unwrap().unwrap_err();
    assert_eq!((other.kind(), other.message(), other.code()), (error.kind(), error.message(), error.code()));
    let mut shown = format!("{error} {error:?}");
    let mut cause = error.source();
    while let Some(next) = cause {
        shown.push_str(&format!(" {next} {next:?}"));
        cause = next.source();
    }
    for secret in [sqlsession_test_servers::AUTH_PASSWORD, crate::logins::WRONG] {
        assert!(!shown.contains(secret), "{shown}");
    }
    error
}
