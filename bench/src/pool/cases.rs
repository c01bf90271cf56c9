use std::{future::Future, hint::black_box};

use sqlsession::EngineOptions;
use tokio::task::{JoinSet, yield_now};

use super::{alone, fake::Fake};
use crate::{Fallible, contest::Cell};

/// Makes the contestants of a case. The first is what the others are compared with.
pub type Case = fn() -> Fallible<Vec<Cell>>;

/// Each with how often it is done in a round. One time of the second is one cycle of one task.
pub const CASES: &[(&str, u64, Case)] = &[
    ("checkout and checkin", CYCLES, uncontended),
    ("checkout and checkin, 32 tasks on 8 connections", 20 * TASKS * CYCLES_OF_A_TASK, contended),
];

const CONNECTIONS: usize = 8;
const CYCLES: u64 = 200_000;
const TASKS: u64 = 32;
const CYCLES_OF_A_TASK: u64 = 50;

pub fn options(connections: usize) -> EngineOptions {
    EngineOptions::default().pool_size(connections).max_overflow(0)
}

pub fn uncontended() -> Fallible<Vec<Cell>> {
    let alone = alone::pool(CONNECTIONS)?;
    let engine = Fake::by_await(options(CONNECTIONS))?;
    let (of_sessions, of_selects) = (engine.session_maker(), engine.session_maker());
    let blocking = Fake::blocking(options(CONNECTIONS))?;
    Ok(vec![
        by_await("deadpool alone: get, drop", async || {
            Ok(async move |_| drop(black_box(alone.get().await.expect("an object"))))
        })?,
        by_await("engine.connect(), close", async || {
            Ok(async move |_| {
                let connection = black_box(engine.connect().await.expect("a connection"));
                connection.close().await.expect("an end");
            })
        })?,
        by_await("session, close: no statement, no checkout", async || {
            Ok(async move |_| black_box(of_sessions.session()).close().await.expect("an end"))
        })?,
        by_await("session, one statement, close", async || {
            Ok(async move |_| {
                let mut session = of_selects.session();
                black_box(session.execute("select 1").await.expect("a result"));
                session.close().await.expect("an end");
            })
        })?,
        calls("blocking engine.connect(), close", move |_| {
            black_box(blocking.connect().expect("a connection")).close().expect("an end");
        }),
    ])
}

fn contended() -> Fallible<Vec<Cell>> {
    let alone = alone::pool(CONNECTIONS)?;
    let engine = Fake::by_await(options(CONNECTIONS))?;
    Ok(vec![
        by_tasks("deadpool alone", move || {
            let alone = alone.clone();
            async move {
                let object = alone.get().await.expect("an object");
                yield_now().await;
                drop(object);
            }
        })?,
        by_tasks("engine.connect(), close", move || {
            let engine = engine.clone();
            async move {
                let connection = engine.connect().await.expect("a connection");
                yield_now().await;
                connection.close().await.expect("an end");
            }
        })?,
    ])
}

/// The cycles of a slice by [`TASKS`] tasks at once.
fn by_tasks<F: Future<Output = ()> + Send + 'static>(
    name: &'static str,
    cycle: impl Fn() -> F + Clone + Send + Sync + 'static,
) -> Fallible<Cell> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let work = move |times: u64| {
        runtime.block_on(async {
            let mut tasks = JoinSet::new();
            for task in 0..TASKS {
                let cycle = cycle.clone();
                let share = times * (task + 1) / TASKS - times * task / TASKS;
                tasks.spawn(async move {
                    for _ in 0..share {
                        cycle().await;
                    }
                });
            }
            tasks.join_all().await;
        });
    };
    Ok(cell(name, work))
}

fn cell(name: &str, mut work: impl FnMut(u64) + 'static) -> Cell {
    let work = Box::new(move |times| {
        work(times);
        Ok(Vec::new())
    });
    Cell { contestant: name.to_owned(), work, before: Box::new(|| Ok(())), elsewhere: None }
}

/// Calls that block, or are done at once.
fn calls(name: &str, mut once: impl FnMut(u64) + 'static) -> Cell {
    cell(name, move |times| (0..times).for_each(&mut once))
}

/// All times of a slice run in one `block_on` of a current-thread runtime, as the tasks of a server do; what is set up
/// first runs there too.
fn by_await<F: AsyncFnMut(u64) + 'static>(
    name: &str,
    set_up: impl AsyncFnOnce() -> Fallible<F>,
) -> Fallible<Cell> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut once = runtime.block_on(set_up())?;
    Ok(cell(name, move |times| {
        runtime.block_on(async {
            for n in 0..times {
                once(n).await;
            }
        });
    }))
}
