//! Those who wait for a connection to come back.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use sqlsession_core::{AsyncConnection, AsyncEngine, EngineOptions, ErrorKind, Result, pool::CloseReason};
use tokio::sync::Barrier;

use crate::{
    scripted::Scripted,
    server::{Answer, End, Server},
};

fn of_size(server: &Server, size: usize) -> AsyncEngine {
    let options =
        EngineOptions::default().pool_size(size).max_overflow(0).pool_timeout(Duration::from_secs(60));
    Scripted::new(server).engine(options)
}

/// Idle, in use, waiting.
fn counts(engine: &AsyncEngine) -> (usize, usize, usize) {
    let status = engine.pool_status();
    (status.idle, status.in_use, status.waiting)
}

/// A checkout that is polled by hand.
struct Asking<'a>(Pin<Box<dyn Future<Output = Result<AsyncConnection>> + 'a>>);

impl<'a> Asking<'a> {
    fn new(engine: &'a AsyncEngine) -> Self {
        let mut asking = Self(Box::pin(engine.connect()));
        assert!(asking.poll().is_pending());
        asking
    }

    fn poll(&mut self) -> Poll<Result<AsyncConnection>> {
        self.0.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }

    fn end(&mut self) -> Result<AsyncConnection> {
        match self.poll() {
            Poll::Ready(result) => result,
            Poll::Pending => panic!("it still waits"),
        }
    }
}

#[tokio::test]
async fn what_comes_back_is_the_first_ones_before_he_knows() {
    let server = Server::default();
    let engine = of_size(&server, 1);
    let held = engine.connect().await.unwrap();
    let mut first = Asking::new(&engine);
    assert_eq!(counts(&engine), (0, 1, 1));
    drop(held);
    assert_eq!(counts(&engine), (0, 1, 0), "it was not idle in between");
    let mut second = Asking::new(&engine);
    let mut third = Asking::new(&engine);
    let connection = first.end().unwrap();
    assert!(second.poll().is_pending());
    drop(connection);
    // He never hears of it.
    drop(second);
    drop(third.end().unwrap());
    assert_eq!(counts(&engine), (1, 0, 0));
    assert_eq!((engine.pool_counters().connected, server.open()), (1, 1));
}

#[tokio::test]
async fn the_place_of_what_was_thrown_away_is_the_first_ones() {
    let server = Server::default();
    let engine = of_size(&server, 1);
    let mut held = engine.connect().await.unwrap();
    let mut first = Asking::new(&engine);
    let mut second = Asking::new(&engine);
    held.invalidate();
    drop(held);
    let mut connection = first.end().unwrap();
    assert_eq!((engine.pool_counters().connected, server.open()), (2, 1));
    connection.invalidate();
    drop(connection);
    second.end().unwrap();
}

#[tokio::test]
async fn a_connection_that_somebody_waits_for_is_no_surplus() {
    let server = Server::default();
    let options = EngineOptions::default().pool_size(1).max_overflow(1);
    let engine = Scripted::new(&server).engine(options);
    let held = [engine.connect().await.unwrap(), engine.connect().await.unwrap()];
    let (mut first, mut second) = (Asking::new(&engine), Asking::new(&engine));
    drop(held);
    let lent = [first.end().unwrap(), second.end().unwrap()];
    assert_eq!(engine.pool_counters().connected, 2);
    drop(lent);
    assert_eq!(engine.pool_counters().closed(CloseReason::Surplus), 1);
    assert_eq!((counts(&engine), server.open()), ((1, 0, 0), 1));
}

#[tokio::test]
async fn a_dispose_closes_what_was_given_and_not_fetched() {
    let server = Server::default();
    let engine = of_size(&server, 1);
    let held = engine.connect().await.unwrap();
    let mut first = Asking::new(&engine);
    drop(held);
    engine.dispose().unwrap();
    assert_eq!(engine.pool_counters().closed(CloseReason::Disposed), 1);
    let connection = first.end().unwrap();
    assert_eq!(engine.pool_counters().connected, 2, "another one");
    drop(connection);
    assert_eq!(engine.pool_counters().closed(CloseReason::Disposed), 2);
    engine.close(Duration::from_secs(30)).await.unwrap();
    assert_eq!(server.open(), 0);
}

#[tokio::test]
async fn nothing_is_lent_once_the_engine_is_closed() {
    let server = Server::default();
    let engine = of_size(&server, 1);
    let held = engine.connect().await.unwrap();
    let (mut first, mut second) = (Asking::new(&engine), Asking::new(&engine));
    drop(held);
    let mut closing = Box::pin(engine.close(Duration::from_secs(30)));
    assert!(closing.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending(), "two are asking");
    assert_eq!(first.end().unwrap_err().kind(), ErrorKind::PoolClosed);
    assert_eq!(second.end().unwrap_err().kind(), ErrorKind::PoolClosed);
    closing.await.unwrap();
    assert_eq!((counts(&engine), server.open()), ((0, 0, 0), 0));
}

/// Whoever asks again and again lets the others run.
#[tokio::test]
async fn who_need_not_wait_does_not_keep_the_thread() {
    let server = Server::default();
    let engine = of_size(&server, 1);
    drop(engine.connect().await.unwrap());
    let greedy = async {
        loop {
            engine.connect().await.unwrap();
        }
    };
    let modest = async {
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        () = greedy => {}
        () = modest => {}
    }
}

/// Numbers that look like chance, the same ones each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

async fn yields(count: u64) {
    for _ in 0..count {
        tokio::task::yield_now().await;
    }
}

/// Uses a connection so and so. Says whether there was one.
async fn use_one(engine: &AsyncEngine, chance: &mut Chance) -> bool {
    let patience = chance.below(40);
    let connecting = engine.connect();
    let connection = match chance.below(3) {
        // Gives up at any moment, also when it has been given one and does not know.
        0 => tokio::select! {
            biased;
            () = yields(patience) => return false,
            connection = connecting => connection,
        },
        _ => connecting.await,
    };
    let mut connection = match connection {
        Ok(connection) => connection,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::PoolTimeout);
            return false;
        }
    };
    let working = connection.execute("select 1");
    match chance.below(8) {
        // What it leaves is wound up by a task.
        0 => tokio::select! {
            biased;
            () = yields(1) => {}
            _ = working => {}
        },
        1 => {
            working.await.unwrap();
            connection.invalidate();
        }
        _ => drop(working.await.unwrap()),
    }
    yields(chance.below(4)).await;
    true
}

/// Many tasks that lose patience, lose connections and are out of time: nothing is lost, and nobody comes away with nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_lost_and_nobody_starves() {
    const TASKS: usize = 48;
    const ROUNDS: usize = 150;
    const PLACES: usize = 5;
    for lifo in [true, false] {
        let server = Server::default();
        server.answers("select 1", Answer::new(End::Ok).after(2));
        let options = EngineOptions::default()
            .pool_size(3)
            .max_overflow(2)
            .pool_use_lifo(lifo)
            .pool_timeout(Duration::from_millis(if lifo { 60_000 } else { 2 }));
        let engine = Scripted::new(&server).engine(options);
        let start = Arc::new(Barrier::new(TASKS));
        let tasks: Vec<_> = (0..TASKS)
            .map(|number| {
                let (engine, start) = (engine.clone(), start.clone());
                tokio::spawn(async move {
                    let mut chance = Chance(number as u64);
                    start.wait().await;
                    let mut served = 0;
                    for _ in 0..ROUNDS {
                        served += usize::from(use_one(&engine, &mut chance).await);
                    }
                    served
                })
            })
            .collect();
        for task in tasks {
            let served = tokio::time::timeout(Duration::from_secs(60), task).await.unwrap().unwrap();
            assert!(!lifo || served > ROUNDS / 3, "{served} of {ROUNDS}");
        }
        // What was left at work is wound up in the background.
        let begun = Instant::now();
        while engine.pool_status().in_use > 0 || engine.pool_status().idle != server.open() {
            assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", engine.pool_status());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let (idle, _, waiting) = counts(&engine);
        assert_eq!((idle, waiting), (server.open(), 0));
        let mut all = Vec::new();
        for _ in 0..PLACES {
            all.push(engine.connect().await.unwrap());
        }
        assert_eq!((counts(&engine), server.open()), ((0, PLACES, 0), PLACES));
        let mut one_more = Asking::new(&engine);
        drop(all);
        one_more.end().unwrap();
        let counters = engine.pool_counters();
        assert!(counters.waited > 0 && counters.closed(CloseReason::Invalidated) > 0);
        engine.close(Duration::from_secs(30)).await.unwrap();
        assert_eq!((engine.pool_counters().closed_in_all(), server.open()), (counters.connected, 0));
    }
}

/// Where two threads meet, as closely as they can.
#[derive(Default)]
struct Meeting(AtomicUsize);

impl Meeting {
    fn wait(&self) {
        let came = self.0.fetch_add(1, Ordering::SeqCst);
        let (mut looks, begun) = (0_u64, Instant::now());
        while self.0.load(Ordering::SeqCst) <= came | 1 {
            looks += 1;
            if looks.is_multiple_of(1024) {
                assert!(begun.elapsed() < Duration::from_secs(60), "the other one does not come");
                std::thread::yield_now();
            } else {
                std::hint::spin_loop();
            }
        }
    }
}

/// One asks at the moment at which the other gives back, and nobody comes after them who would mend it.
#[test]
fn no_wake_up_is_lost() {
    const ROUNDS: u32 = 5_000;
    let server = Server::default();
    let options = EngineOptions::default().pool_size(1).max_overflow(0).pool_timeout(Duration::from_secs(10));
    let engine = Scripted::new(&server).engine(options);
    let (together, done) = (Meeting::default(), Meeting::default());
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let runtime = runtime();
            for round in 0..ROUNDS {
                let held = runtime.block_on(engine.connect()).unwrap();
                together.wait();
                // Before, while and after the other one asks.
                (0..round % 512).for_each(|_| std::hint::spin_loop());
                drop(held);
                done.wait();
            }
        });
        let runtime = runtime();
        for _ in 0..ROUNDS {
            together.wait();
            drop(runtime.block_on(engine.connect()).unwrap());
            done.wait();
        }
    });
    assert_eq!((counts(&engine), server.open()), ((1, 0, 0), 1));
}

/// Nor does one hold up the others who is not polled when his time is over.
#[test]
fn a_wait_has_its_end_without_a_timer_of_the_runtime() {
    let server = Server::default();
    let options =
        EngineOptions::default().pool_size(1).max_overflow(0).pool_timeout(Duration::from_millis(40));
    let engine = Scripted::new(&server).engine(options);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let held = runtime.block_on(engine.connect()).unwrap();
    for _ in 0..2 {
        let mut never_polled = Asking::new(&engine);
        let begun = Instant::now();
        let waits = || {
            tokio::spawn({
                let engine = engine.clone();
                async move { engine.connect().await.unwrap_err().kind() }
            })
        };
        runtime.block_on(async {
            let waiting = [waits(), waits(), waits()];
            for waits in waiting {
                assert_eq!(waits.await.unwrap(), ErrorKind::PoolTimeout);
            }
        });
        assert!(begun.elapsed() >= Duration::from_millis(40));
        assert_eq!(counts(&engine), (0, 1, 1), "who is not polled does not know");
        assert_eq!(never_polled.end().unwrap_err().kind(), ErrorKind::PoolTimeout);
    }
    let mut late = Asking::new(&engine);
    std::thread::sleep(Duration::from_millis(60));
    drop(held);
    assert!(late.end().is_ok(), "what he was given is his, though it is late");
    assert_eq!(engine.pool_counters().timed_out, 8);
}

#[test]
fn threads_wait_as_tasks_do() {
    const THREADS: usize = 8;
    const ROUNDS: usize = 50;
    let server = Server::default();
    server.answers("select 1", Answer::new(End::Ok).after(2));
    let options = EngineOptions::default().pool_size(1).max_overflow(0);
    let engine = Scripted::new(&server).blocking_engine(options);
    let held = engine.connect().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    let mut connection = engine.connect().unwrap();
                    connection.execute("select 1").unwrap();
                }
            });
        }
        while engine.pool_status().waiting < THREADS {
            std::thread::yield_now();
        }
        held.close().unwrap();
    });
    let (status, counters) = (engine.pool_status(), engine.pool_counters());
    assert_eq!((status.idle, status.in_use, status.waiting), (1, 0, 0));
    assert_eq!((counters.checked_out, counters.connected), ((THREADS * ROUNDS) as u64 + 1, 1));
    assert_eq!((server.open(), counters.timed_out), (1, 0));
}
