//! No future of a session, dropped after any of its polls, leaks anything.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod whole;

use sqlsession_core::{AsyncEngine, EngineOptions};
use sqlsession_mysql::MysqlEngine;
use sqlsession_postgres::PostgresEngine;
use sqlsession_sqlite::SqliteEngine;
use sqlsession_test_servers::{MysqlDatabase, PostgresDatabase};
use whole::check;

fn sqlite(url: &str) -> AsyncEngine {
    SqliteEngine::new(url).unwrap().to_async()
}

fn file(folder: &tempfile::TempDir) -> String {
    format!("sqlite:///{}", folder.path().join("future_drop.db").display())
}

#[tokio::test]
async fn in_memory_on_a_current_thread_runtime() {
    check(sqlite("sqlite://")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_memory_on_a_multi_thread_runtime() {
    tokio::spawn(check(sqlite("sqlite://"))).await.unwrap();
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

fn postgres(options: EngineOptions) -> (PostgresDatabase, AsyncEngine) {
    let database = PostgresDatabase::create().unwrap();
    let engine = PostgresEngine::with_options(database.url(), options).unwrap().to_async();
    (database, engine)
}

fn unprepared() -> EngineOptions {
    EngineOptions::default().statement_cache_size(0)
}

#[tokio::test]
async fn on_postgres_on_a_current_thread_runtime() {
    let (_database, engine) = postgres(EngineOptions::default());
    check(engine).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_on_a_multi_thread_runtime() {
    let (_database, engine) = postgres(EngineOptions::default());
    tokio::spawn(check(engine)).await.unwrap();
}

#[tokio::test]
async fn on_postgres_without_prepared_statements_on_a_current_thread_runtime() {
    let (_database, engine) = postgres(unprepared());
    check(engine).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_without_prepared_statements_on_a_multi_thread_runtime() {
    let (_database, engine) = postgres(unprepared());
    tokio::spawn(check(engine)).await.unwrap();
}

fn mysql(options: EngineOptions) -> (MysqlDatabase, AsyncEngine) {
    let database = MysqlDatabase::create().unwrap();
    let engine = MysqlEngine::with_options(database.url(), options).unwrap().to_async();
    (database, engine)
}

#[tokio::test]
async fn on_mysql_on_a_current_thread_runtime() {
    let (_database, engine) = mysql(EngineOptions::default());
    check(engine).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_mysql_on_a_multi_thread_runtime() {
    let (_database, engine) = mysql(EngineOptions::default());
    tokio::spawn(check(engine)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_mysql_without_kept_statements_on_a_multi_thread_runtime() {
    let (_database, engine) = mysql(unprepared());
    tokio::spawn(check(engine)).await.unwrap();
}
