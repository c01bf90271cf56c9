//! Many writers of one SQLite file: fair, complete, and without "database is locked".

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{path::Path, process::Command, time::Duration};

use sqlsession::{
    AsyncDatabase, AsyncSession, DatabaseOptions, Result, SessionOptions, driver::BeginMode, text,
};

const TASKS: i64 = 64;
const UNITS: i64 = 200;
/// What the second process adds.
const FOREIGN_UNITS: i64 = 500;

/// Set in the second process: the database it writes to.
const CHILD: &str = "SQLSESSION_TEST_WRITER";

fn open(path: &Path, mode: BeginMode) -> AsyncDatabase {
    let options = DatabaseOptions::default().session(SessionOptions::default().begin_mode(mode));
    let url = format!("sqlite:///{}?timeout=60", path.display());
    AsyncDatabase::create_with(url, options).unwrap()
}

async fn create(path: &Path) {
    let db = open(path, BeginMode::Auto);
    db.execute("create table counter (id integer primary key, n integer not null)").await.unwrap();
    db.execute("insert into counter values (1, 0)").await.unwrap();
}

async fn read_modify_write(session: &mut AsyncSession) -> Result<()> {
    let n: i64 = session.scalar_one("select n from counter where id = 1").await?;
    session.execute(text("update counter set n = :n where id = 1").bind("n", n + 1)).await?;
    session.commit().await
}

/// Runs units until so many are committed. Only a retryable error may come up; it is rolled back and tried again.
async fn write(db: &AsyncDatabase, units: i64, may_retry: bool) {
    let mut session = db.session_maker().session();
    for _ in 0..units {
        while let Err(error) = read_modify_write(&mut session).await {
            assert!(may_retry && error.is_retryable(), "{error}");
            session.rollback().await.unwrap();
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

async fn all_tasks(db: &AsyncDatabase, may_retry: bool) {
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move { write(&db, UNITS, may_retry).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn counted(path: &Path) -> i64 {
    open(path, BeginMode::Auto).scalar("select n from counter").await.unwrap().unwrap()
}

async fn alone(mode: BeginMode, may_retry: bool) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("counter.db");
    create(&path).await;
    all_tasks(&open(&path, mode), may_retry).await;
    assert_eq!(counted(&path).await, TASKS * UNITS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn immediate_writers_queue_without_an_error() {
    alone(BeginMode::Immediate, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn auto_writers_meet_only_the_retryable_kind() {
    alone(BeginMode::Auto, true).await;
}

/// In the second process the test of this name is the writer.
async fn beside_a_second_process(test: &str, mode: BeginMode, may_retry: bool) {
    if let Some(path) = std::env::var_os(CHILD) {
        write(&open(Path::new(&path), mode), FOREIGN_UNITS, may_retry).await;
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("counter.db");
    create(&path).await;
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test])
        .env(CHILD, &path)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    all_tasks(&open(&path, mode), may_retry).await;
    let status = tokio::task::spawn_blocking(move || child.wait()).await.unwrap().unwrap();
    assert!(status.success(), "the second process failed");
    assert_eq!(counted(&path).await, TASKS * UNITS + FOREIGN_UNITS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn immediate_writers_beside_a_second_process() {
    beside_a_second_process("immediate_writers_beside_a_second_process", BeginMode::Immediate, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn auto_writers_beside_a_second_process() {
    beside_a_second_process("auto_writers_beside_a_second_process", BeginMode::Auto, true).await;
}
