//! No future of a session over sqlx, dropped after any of its polls, leaks anything: not the transaction of a `begin`
//! either, which sqlx's own pool would keep.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use sqlsession_conformance::future_drop;
use sqlsession_core::AsyncEngine;
use sqlsession_sqlx::{SqlxEngine, sqlx_sqlite::Sqlite};

async fn check(engine: AsyncEngine) {
    let report = future_drop::run(&engine).await.unwrap();
    println!("{report}");
    assert!(report.leaks.is_empty(), "{report}");
    // Fewer would mean that the operations no longer wait anywhere, and that this test proves nothing.
    assert!(report.dropped > 3 * report.operations, "{report}");
}

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
