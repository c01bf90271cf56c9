//! A relative path. The working directory is the process's, so this test has one of its own.
#![allow(clippy::unwrap_used, reason = "it is a test")]

use std::env;

use sqlsession_sqlite::SqliteEngine;

#[tokio::test]
async fn all_connections_of_an_engine_open_the_same_file() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    env::set_current_dir(here.path()).unwrap();
    let maker = SqliteEngine::new("sqlite:///shop.db").unwrap().session_maker();
    let mut first = maker.session();
    first.execute("create table t (v)").await.unwrap();
    first.commit().await.unwrap();
    first.execute("select * from t").await.unwrap();
    env::set_current_dir(there.path()).unwrap();
    let mut second = maker.session();
    second.execute("select * from t").await.unwrap();
    assert!(!there.path().join("shop.db").exists());
}
