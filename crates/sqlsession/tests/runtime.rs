//! What a session does to the threads and the memory of the program it runs in.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use sqlsession::AsyncDatabase;

/// Some two seconds of work for SQLite, found by doubling.
async fn long_query(db: &AsyncDatabase) -> String {
    let mut rows = 1_000_000_u64;
    loop {
        let sql = format!(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < {rows}) select count(*) from n"
        );
        let start = Instant::now();
        db.scalar::<i64>(sql.clone()).await.unwrap();
        if start.elapsed() > Duration::from_secs(1) {
            return sql;
        }
        rows *= 2;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_query_does_not_delay_other_tasks() {
    let dir = tempfile::tempdir().unwrap();
    let db = AsyncDatabase::create(format!("sqlite:///{}/long.db", dir.path().display())).unwrap();
    let sql = long_query(&db).await;
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let ticker = tokio::spawn({
        let stop = stop.clone();
        async move {
            let mut ticks = 0_u32;
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                tokio::time::sleep(Duration::from_millis(1)).await;
                ticks += 1;
            }
            ticks
        }
    });
    // Both by its text, now known to be slow, and by a text that nobody has run.
    let start = Instant::now();
    db.scalar::<i64>(sql.clone()).await.unwrap();
    db.scalar::<i64>(format!("{sql} where 1 = 1")).await.unwrap();
    let elapsed = start.elapsed();
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    let ticks = ticker.await.unwrap();
    // A held-up ticker would have ticked a handful of times; no time is asserted.
    assert!(u128::from(ticks) > elapsed.as_millis() / 20, "{ticks} ticks in {elapsed:?}");
}

#[tokio::test]
async fn a_timeout_fires_while_a_statement_runs() {
    let db = AsyncDatabase::create("sqlite://").unwrap();
    let mut session = db.session_maker().session();
    let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";
    let late = tokio::time::timeout(Duration::from_millis(100), session.execute(endless)).await;
    assert!(late.is_err(), "the timeout was kept from firing");
    let error = session.execute("select 1").await.unwrap_err();
    assert_eq!(error.kind(), sqlsession::ErrorKind::Interrupted);
    session.rollback().await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select 1").await.unwrap(), 1);
}

#[tokio::test]
async fn a_million_rows_are_streamed_in_little_memory() {
    let dir = tempfile::tempdir().unwrap();
    let db = AsyncDatabase::create(format!("sqlite:///{}/rows.db", dir.path().display())).unwrap();
    db.execute("create table t (id integer primary key, name text, note text)").await.unwrap();
    db.execute(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000000) \
         insert into t select i, 'name ' || i, 'a note of some length for row ' || i from n",
    )
    .await
    .unwrap();
    let mut session = db.session_maker().session();
    let start = resident();
    let mut most = start;
    let mut rows = session.stream("select id, name, note from t").await.unwrap();
    let (mut count, mut sum) = (0_u64, 0_i64);
    while let Some(batch) = rows.next_batch::<(i64, String, String)>().await {
        for (id, name, _) in batch.unwrap() {
            assert_eq!(name.len() - 5, id.to_string().len());
            count += 1;
            sum += id;
        }
        most = most.max(resident());
    }
    assert_eq!((count, sum), (1_000_000, 500_000_500_000));
    let grown = most.saturating_sub(start) / 1024;
    assert!(grown < 64 * 1024, "{grown} KiB more than at the start");
}

/// The resident set of this process in bytes; 0 where there is no /proc.
fn resident() -> usize {
    let Ok(status) = std::fs::read_to_string("/proc/self/statm") else { return 0 };
    let pages = status.split_whitespace().nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0);
    pages * 4096
}

#[tokio::test]
async fn a_stream_dropped_early_leaves_the_session_usable() {
    let db = AsyncDatabase::create("sqlite://").unwrap();
    let mut session = db.session_maker().session();
    session.execute("create table t (id integer)").await.unwrap();
    let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select i from n";
    let mut rows = session.stream(endless).await.unwrap();
    for expected in 1..=10_i64 {
        assert_eq!(rows.next().await.unwrap().unwrap().get::<i64>(0).unwrap(), expected);
    }
    drop(rows);
    // The query has no end, so this works only if the rest is not read.
    session.execute("insert into t values (1)").await.unwrap();
    session.commit().await.unwrap();
    assert_eq!(db.scalar::<i64>("select count(*) from t").await.unwrap(), Some(1));
}
