use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use sqlsession::{AsyncEngine, Result};
use tokio::task::{JoinHandle, yield_now};

use super::{
    ends, texts,
    units::{self, Worker},
};
use crate::{Backend, random::Random};

/// Twice as many as there are connections, so that there is always somebody who waits.
const TASKS: i64 = 16;
/// More of them say nothing new.
const MOST_WRONG: usize = 20;

/// Tasks that run units one after the other until they are told to stop.
pub(crate) struct Load {
    tasks: Vec<JoinHandle<BTreeMap<&'static str, u64>>>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    units: AtomicU64,
    /// The most statements that a connection had prepared.
    prepared: AtomicU64,
    wrong: Mutex<Vec<String>>,
}

impl Load {
    /// # Errors
    /// The tables cannot be made.
    pub(crate) async fn start(backend: Backend, engine: &AsyncEngine) -> Result<Self> {
        units::create_tables(engine).await?;
        let shared: Arc<Shared> = Arc::default();
        let tasks = (0..TASKS).map(|number| {
            let random = Random::new(number.unsigned_abs() + 1);
            let worker = Worker { number, backend, engine: engine.clone(), random };
            tokio::spawn(work(worker, shared.clone()))
        });
        Ok(Self { tasks: tasks.collect(), shared })
    }

    pub(crate) fn units(&self) -> u64 {
        self.shared.units.load(Ordering::Relaxed)
    }

    /// The most statements that a connection had prepared, where connections are asked.
    pub(crate) fn prepared(&self) -> Option<u64> {
        Some(self.shared.prepared.load(Ordering::Relaxed)).filter(|prepared| *prepared > 0)
    }

    /// How often each unit was run, and what failed that should not have.
    pub(crate) async fn stop(self) -> (BTreeMap<&'static str, u64>, Vec<String>) {
        self.shared.stop.store(true, Ordering::Relaxed);
        let mut units = BTreeMap::new();
        let mut wrong = Vec::new();
        for task in self.tasks {
            match task.await {
                Ok(done) => {
                    for (unit, times) in done {
                        *units.entry(unit).or_default() += times;
                    }
                }
                Err(error) => wrong.push(format!("a task has ended: {error}")),
            }
        }
        wrong.append(&mut self.shared.wrong.lock().unwrap_or_else(PoisonError::into_inner));
        (units, wrong)
    }
}

async fn work(mut worker: Worker, shared: Arc<Shared>) -> BTreeMap<&'static str, u64> {
    let mut done = BTreeMap::new();
    while !shared.stop.load(Ordering::Relaxed) {
        let (name, result) = one(&mut worker, &shared).await;
        *done.entry(name).or_default() += 1;
        shared.units.fetch_add(1, Ordering::Relaxed);
        match result {
            // Two writers have met: it is the load's own doing.
            Err(error) if error.is_retryable() => *done.entry("to be run again").or_default() += 1,
            Err(error) => {
                let mut wrong = shared.wrong.lock().unwrap_or_else(PoisonError::into_inner);
                if wrong.len() < MOST_WRONG {
                    wrong.push(format!("{name}: {error:?}"));
                }
            }
            Ok(()) => {}
        }
        yield_now().await;
    }
    done
}

/// Runs one unit, of a sort that chance decides.
async fn one(worker: &mut Worker, shared: &Shared) -> (&'static str, Result<()>) {
    match worker.random.below(100) {
        0..25 => ("reads", units::read(worker).await),
        25..45 => ("writes", units::write(worker).await),
        45..52 => ("streams", units::stream(worker).await),
        52..55 => ("bulk loads", units::bulk(worker).await),
        55..60 => ("execute_many", units::many(worker).await),
        60..67 => ("savepoints", units::savepoints(worker).await),
        67..74 => ("errors", ends::errors(worker).await),
        74..80 => ("sessions dropped", ends::dropped(worker).await),
        80..84 => ("statements dropped", ends::statement_dropped(worker).await),
        84..88 => ("streams dropped", ends::stream_dropped(worker).await),
        88..92 => ("options changed", units::options(worker).await),
        92..99 => ("new texts", texts::new_texts(worker).await),
        _ => ("looks", look(worker, shared).await),
    }
}

async fn look(worker: &Worker, shared: &Shared) -> Result<()> {
    let Some(sql) = worker.backend.prepared_by_me() else { return Ok(()) };
    let prepared: i64 = worker.session().scalar_one(sql).await?;
    shared.prepared.fetch_max(prepared.unsigned_abs(), Ordering::Relaxed);
    Ok(())
}
