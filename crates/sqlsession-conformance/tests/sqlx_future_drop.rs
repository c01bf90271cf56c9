//! No future of a session over sqlx, dropped after any of its polls, leaks anything: not the transaction of a `begin`
//! either, which sqlx's own pool would keep.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod whole;

use sqlsession_core::AsyncEngine;
use sqlsession_sqlx::{
    SqlxEngine,
    sqlx_core::{connection::ConnectOptions as _, pool::PoolOptions},
    sqlx_mysql::MySql,
    sqlx_postgres::Postgres,
    sqlx_sqlite::{Sqlite, SqliteConnectOptions},
};
use sqlsession_test_servers::{MysqlDatabase, PostgresDatabase};
use whole::check;

fn sqlite(url: &str) -> AsyncEngine {
    SqlxEngine::<Sqlite>::new(url).unwrap().to_async()
}

fn file(folder: &tempfile::TempDir) -> String {
    format!("sqlite+sqlx:///{}", folder.path().join("future_drop.db").display())
}

#[tokio::test]
async fn in_memory_on_a_current_thread_runtime() {
    check(sqlite("sqlite+sqlx://")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_memory_on_a_multi_thread_runtime() {
    tokio::spawn(check(sqlite("sqlite+sqlx://"))).await.unwrap();
}

#[tokio::test]
async fn in_a_file_on_a_current_thread_runtime() {
    let folder = tempfile::tempdir().unwrap();
    check(sqlite(&file(&folder))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_file_on_a_multi_thread_runtime() {
    let folder = tempfile::tempdir().unwrap();
    tokio::spawn(check(sqlite(&file(&folder)))).await.unwrap();
}

/// sqlx's own pool keeps the transaction of a `begin` that is dropped.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_pool_of_sqlx_over_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("future_drop.db"))
        .create_if_missing(true)
        .pragma("journal_mode", "wal")
        .disable_statement_logging();
    let pool = PoolOptions::<Sqlite>::new().max_connections(5).connect_with(options).await.unwrap();
    tokio::spawn(check(SqlxEngine::from_pool(pool).unwrap().to_async())).await.unwrap();
}

fn postgres() -> (PostgresDatabase, AsyncEngine) {
    let database = PostgresDatabase::create().unwrap();
    let engine = SqlxEngine::<Postgres>::new(database.url()).unwrap().to_async();
    (database, engine)
}

#[tokio::test]
async fn on_postgres_on_a_current_thread_runtime() {
    let (_database, engine) = postgres();
    check(engine).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_on_a_multi_thread_runtime() {
    let (_database, engine) = postgres();
    tokio::spawn(check(engine)).await.unwrap();
}

fn mysql() -> (MysqlDatabase, AsyncEngine) {
    let database = MysqlDatabase::create().unwrap();
    let engine = SqlxEngine::<MySql>::new(database.url()).unwrap().to_async();
    (database, engine)
}

#[tokio::test]
async fn on_mysql_on_a_current_thread_runtime() {
    let (_database, engine) = mysql();
    check(engine).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_mysql_on_a_multi_thread_runtime() {
    let (_database, engine) = mysql();
    tokio::spawn(check(engine)).await.unwrap();
}
