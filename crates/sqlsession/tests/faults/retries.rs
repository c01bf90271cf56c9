//! Units of work that meet each other, and run again until they have not.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use sqlsession::{
    EngineOptions, Result, RetryOptions,
    driver::IsolationLevel,
    events::{Events, RetryEvent},
    text,
};

use crate::{on_each_backend, on_each_backend_blocking, place::Place};

const TASKS: i64 = 6;
const UNITS: i64 = 10;

#[derive(Debug, Default)]
struct Retries(AtomicU32);

impl Events for Retries {
    fn retry(&self, _: RetryEvent) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Options under which two that read and then write the same cannot both go through, and a count of those that ran again.
fn serializable() -> (EngineOptions, Arc<Retries>) {
    let retries = Arc::new(Retries::default());
    let options = EngineOptions::default()
        .pool_size(4)
        .isolation_level(IsolationLevel::Serializable)
        .listen(retries.clone());
    (options, retries)
}

fn stubborn() -> RetryOptions {
    RetryOptions::default()
        .attempts(u32::MAX)
        .first_delay(Duration::from_millis(1))
        .max_delay(Duration::from_millis(50))
        .deadline(Duration::from_secs(120))
}

const READ: &str = "select n from counter where id = 1";
const WRITE: &str = "update counter set n = :n where id = 1";

async fn units_that_meet_run_again(place: Place) {
    let (options, retries) = serializable();
    let engine = place.engine(options);
    let maker = engine.session_maker();
    maker.begin(async |s| s.execute("create table counter (id integer, n integer)").await).await.unwrap();
    maker.begin(async |s| s.execute("insert into counter values (1, 0)").await).await.unwrap();
    let mut round = 0;
    // They meet in every round but the luckiest.
    while retries.0.load(Ordering::Relaxed) == 0 {
        round += 1;
        assert!(round < 20, "{}: nobody has met anybody", place.name());
        let tasks: Vec<_> = (0..TASKS)
            .map(|_| {
                let maker = maker.clone();
                tokio::spawn(async move {
                    for _ in 0..UNITS {
                        let counted: Result<()> = maker
                            .run(&stubborn(), async |session| {
                                let n: i64 = session.scalar_one(READ).await?;
                                tokio::task::yield_now().await;
                                session.execute(text(WRITE).bind("n", n + 1)).await.map(drop)
                            })
                            .await;
                        counted.unwrap();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    }
    let n: i64 = maker.session().scalar_one(READ).await.unwrap();
    assert_eq!(n, round * TASKS * UNITS, "{}: each unit counts once", place.name());
    tokio::task::spawn_blocking(move || drop(place)).await.unwrap();
}

fn blocking_units_that_meet_run_again(place: Place) {
    let (options, _) = serializable();
    let engine = place.blocking_engine(options);
    let maker = engine.session_maker();
    maker.begin(|s| s.execute("create table counter (id integer, n integer)")).unwrap();
    maker.begin(|s| s.execute("insert into counter values (1, 0)")).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..TASKS {
            scope.spawn(|| {
                for _ in 0..UNITS {
                    let counted: Result<()> = maker.run(&stubborn(), |session| {
                        let n: i64 = session.scalar_one(READ)?;
                        session.execute(text(WRITE).bind("n", n + 1)).map(drop)
                    });
                    counted.unwrap();
                }
            });
        }
    });
    let n: i64 = maker.session().scalar_one(READ).unwrap();
    assert_eq!(n, TASKS * UNITS, "{}: each unit counts once", place.name());
}

on_each_backend! { units_that_meet_run_again }
on_each_backend_blocking! { blocking_units_that_meet_run_again }
