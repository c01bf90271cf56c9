//! No future of a session, dropped after any of its polls, leaks anything on SQLite.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use sqlsession_conformance::future_drop;
use sqlsession_core::AsyncEngine;
use sqlsession_sqlite::SqliteEngine;

fn engine(url: &str) -> AsyncEngine {
    SqliteEngine::new(url).unwrap().to_async()
}

async fn check(engine: AsyncEngine) {
    let report = future_drop::run(&engine).await.unwrap();
    println!("{report}");
    assert!(report.leaks.is_empty(), "{report}");
    // Fewer would mean that the operations no longer wait anywhere, and that this test proves nothing.
    assert!(report.dropped > 3 * report.operations, "{report}");
}

fn file(folder: &tempfile::TempDir) -> String {
    format!("sqlite:///{}", folder.path().join("future_drop.db").display())
}

#[tokio::test]
async fn in_memory_on_a_current_thread_runtime() {
    check(engine("sqlite://")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_memory_on_a_multi_thread_runtime() {
    tokio::spawn(check(engine("sqlite://"))).await.unwrap();
}

#[tokio::test]
async fn in_a_file_on_a_current_thread_runtime() {
    let folder = tempfile::tempdir().unwrap();
    check(engine(&file(&folder))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_file_on_a_multi_thread_runtime() {
    let folder = tempfile::tempdir().unwrap();
    tokio::spawn(check(engine(&file(&folder)))).await.unwrap();
}
