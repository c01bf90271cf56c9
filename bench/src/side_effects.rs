//! What a session does to the rest of the program: how late other tasks run, how much memory a stream takes.

use std::time::{Duration, Instant};

use sqlsession::AsyncDatabase;

use crate::{Fallible, memory::resident};

/// Prints the lateness of a task that ticks every millisecond on a two-worker runtime while a session runs a query of
/// some two seconds, and what streaming a million rows costs.
pub fn print() -> Fallible<()> {
    let folder = tempfile::tempdir()?;
    let url =
        format!("sqlite:///{}?journal_mode=wal&synchronous=normal", folder.path().join("bench.db").display());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let db = AsyncDatabase::create(url)?;
    runtime.block_on(async {
        lateness(db.clone()).await?;
        streaming(db).await
    })
}

async fn lateness(db: AsyncDatabase) -> Fallible<()> {
    let mut rows = 4_000_000_u64;
    loop {
        let sql = format!(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < {rows}) select count(*) from n"
        );
        let query = tokio::spawn({
            let db = db.clone();
            async move {
                let start = Instant::now();
                db.scalar::<i64>(sql).await.map(|_| start.elapsed())
            }
        });
        let mut worst = Duration::ZERO;
        let mut due = Instant::now();
        while !query.is_finished() {
            due = due.max(Instant::now()) + Duration::from_millis(1);
            tokio::time::sleep_until(due.into()).await;
            worst = worst.max(due.elapsed());
        }
        let elapsed = query.await??;
        if elapsed >= Duration::from_secs(2) {
            println!(
                "\na query of {elapsed:.1?}, a tick each millisecond on the same two workers: late by {worst:.1?} at most"
            );
            return Ok(());
        }
        rows *= 2;
    }
}

async fn streaming(db: AsyncDatabase) -> Fallible<()> {
    db.execute("create table wide (id integer primary key, name text, note text)").await?;
    db.execute(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000000) \
         insert into wide select i, 'name ' || i, 'a note of some length for row ' || i from n",
    )
    .await?;
    let mut session = db.session_maker().session();
    let before = resident();
    let (mut most, mut count, start) = (before, 0_usize, Instant::now());
    let mut rows = session.stream("select id, name, note from wide").await?;
    while let Some(batch) = rows.next_batch::<(i64, String, String)>().await {
        count += batch?.len();
        most = most.max(resident());
    }
    drop(rows);
    println!(
        "{count} rows streamed in {:.1?}: {:.1} MiB more than at the start",
        start.elapsed(),
        (most.saturating_sub(before)) as f64 / 1024.0 / 1024.0
    );
    let start = Instant::now();
    let mut rows = session.stream("select id, name, note from wide").await?;
    for _ in 0..10 {
        rows.next().await.transpose()?;
    }
    drop(rows);
    session.scalar_one::<i64>("select 1").await?;
    println!("the stream dropped after 10 rows, and the next statement: {:.1?}", start.elapsed());
    Ok(())
}
