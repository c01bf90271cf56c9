//! An engine that ends while its sessions are out, under load: nothing hangs, and no connection is left.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::sleep,
    time::{Duration, Instant},
};

use sqlsession::{AsyncEngine, EngineOptions, Result, blocking::Engine};
use tokio::{
    runtime::Builder,
    task::JoinHandle,
    time::{sleep as pause, timeout},
};

use crate::{on_each_backend, on_each_backend_blocking, place::Place};

const TASKS: u64 = 16;
const LOAD: Duration = Duration::from_millis(300);
/// Far more than it takes.
const LIMIT: Duration = Duration::from_secs(20);

fn four() -> EngineOptions {
    EngineOptions::default().pool_size(3).max_overflow(1)
}

async fn create(engine: &AsyncEngine) {
    engine.begin(async |c| c.execute("create table t (id integer, n integer)").await).await.unwrap();
}

async fn unit(engine: &AsyncEngine, number: u64) -> Result<()> {
    let mut session = engine.session_maker().session();
    session.execute("insert into t values (1, 1)").await?;
    session.scalar_one::<i64>("select count(*) from t where n = 1").await?;
    match number % 4 {
        0 => session.rollback().await,
        1 => session.close().await,
        2 => session.commit().await,
        // It is left as it is.
        _ => Ok(()),
    }
}

/// Tasks that run units until they are told to stop, and how many units have ended well.
fn load(engine: &AsyncEngine, stop: &Arc<AtomicBool>) -> (Vec<JoinHandle<Result<()>>>, Arc<AtomicU64>) {
    let ended = Arc::new(AtomicU64::new(0));
    let tasks = (0..TASKS).map(|number| {
        let (engine, stop, ended) = (engine.clone(), stop.clone(), ended.clone());
        tokio::spawn(async move {
            let mut count = number;
            while !stop.load(Ordering::Relaxed) {
                unit(&engine, count).await?;
                count += 1;
                ended.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
            }
            Ok(())
        })
    });
    (tasks.collect(), ended)
}

fn assert_none_is_left(place: &Place) {
    let begun = Instant::now();
    while place.connections() > 0 {
        assert!(begun.elapsed() < LIMIT, "{}: {} connections are left", place.name(), place.connections());
        sleep(Duration::from_millis(20));
    }
}

async fn an_engine_that_is_disposed_of_under_load(place: Place) {
    let engine = place.engine(four());
    create(&engine).await;
    let stop = Arc::new(AtomicBool::new(false));
    let (tasks, ended) = load(&engine, &stop);
    for _ in 0..10 {
        pause(LOAD / 10).await;
        engine.dispose().unwrap();
    }
    let before = ended.load(Ordering::Relaxed);
    pause(LOAD).await;
    assert!(ended.load(Ordering::Relaxed) > before, "the engine goes on");
    stop.store(true, Ordering::Relaxed);
    for task in tasks {
        timeout(LIMIT, task).await.expect("a unit hangs").unwrap().expect("nobody is told of it");
    }
    engine.dispose().unwrap();
    tokio::task::block_in_place(|| assert_none_is_left(&place));
    assert_eq!((engine.pool_status().in_use, engine.pool_status().idle), (0, 0));
}

async fn an_engine_that_is_dropped_under_load(place: Place) {
    let engine = place.engine(four());
    create(&engine).await;
    let stop = Arc::new(AtomicBool::new(false));
    let (tasks, ended) = load(&engine, &stop);
    let mut session = engine.session_maker().session();
    session.scalar_one::<i64>("select count(*) from t").await.unwrap();
    drop(engine);
    pause(LOAD).await;
    stop.store(true, Ordering::Relaxed);
    for task in tasks {
        timeout(LIMIT, task).await.expect("a unit hangs").unwrap().unwrap();
    }
    assert!(ended.load(Ordering::Relaxed) > 0);
    // The last to know of the pool is a session.
    session.commit().await.unwrap();
    drop(session);
    tokio::task::block_in_place(|| assert_none_is_left(&place));
}

async fn tasks_that_are_aborted_under_load(place: Place) {
    let engine = place.engine(four());
    create(&engine).await;
    let stop = Arc::new(AtomicBool::new(false));
    let (tasks, _) = load(&engine, &stop);
    pause(LOAD).await;
    for task in &tasks {
        task.abort();
    }
    for task in tasks {
        let _ = timeout(LIMIT, task).await.expect("an aborted task hangs");
    }
    // Every place is free again, and the engine works.
    let mut lent = Vec::new();
    for _ in 0..4 {
        lent.push(timeout(LIMIT, engine.connect()).await.expect("a place is lost").unwrap());
    }
    drop(lent);
    timeout(LIMIT, unit(&engine, 2)).await.unwrap().unwrap();
    drop(engine);
    tokio::task::block_in_place(|| assert_none_is_left(&place));
}

on_each_backend! {
    an_engine_that_is_disposed_of_under_load
    an_engine_that_is_dropped_under_load
    tasks_that_are_aborted_under_load
}

/// The runtime goes, with tasks in the middle of statements, before the engine does.
fn a_runtime_that_is_shut_down_under_load(place: Place) {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let engine = runtime.block_on(async {
        let engine = place.engine(four());
        create(&engine).await;
        let (tasks, _) = load(&engine, &Arc::default());
        drop(tasks);
        pause(LOAD).await;
        engine
    });
    runtime.shutdown_timeout(LIMIT);
    // What was lent was a task's, and what is idle was driven by the runtime.
    assert_eq!(engine.pool_status().in_use, 0);
    let second = Builder::new_current_thread().enable_all().build().unwrap();
    second.block_on(async {
        timeout(LIMIT, unit(&engine, 2)).await.expect("it hangs").expect("idle connections are opened anew");
    });
    second.block_on(async move { drop(engine) });
    drop(second);
    assert_none_is_left(&place);
}

fn run_unit(engine: &Engine, number: u64) -> Result<()> {
    let mut session = engine.session_maker().session();
    session.execute("insert into t values (1, 1)")?;
    session.scalar_one::<i64>("select count(*) from t where n = 1")?;
    match number % 4 {
        0 => session.rollback(),
        1 => session.close(),
        2 => session.commit(),
        _ => Ok(()),
    }
}

fn a_blocking_engine_that_is_disposed_of_and_dropped_under_load(place: Place) {
    let engine = place.blocking_engine(four());
    engine.begin(|c| c.execute("create table t (id integer, n integer)")).unwrap();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8_u64)
            .map(|number| {
                let (engine, stop) = (engine.clone(), &stop);
                scope.spawn(move || {
                    let mut count = number;
                    while !stop.load(Ordering::Relaxed) {
                        run_unit(&engine, count)?;
                        count += 1;
                    }
                    Ok::<_, sqlsession::Error>(count - number)
                })
            })
            .collect();
        for _ in 0..10 {
            sleep(LOAD / 10);
            engine.dispose().unwrap();
        }
        sleep(LOAD);
        stop.store(true, Ordering::Relaxed);
        for thread in threads {
            assert!(thread.join().unwrap().expect("nobody is told of it") > 0);
        }
    });
    let mut session = engine.session_maker().session();
    session.execute("insert into t values (2, 2)").unwrap();
    drop(engine);
    session.commit().unwrap();
    drop(session);
    assert_none_is_left(&place);
}

on_each_backend_blocking! {
    a_runtime_that_is_shut_down_under_load
    a_blocking_engine_that_is_disposed_of_and_dropped_under_load
}
