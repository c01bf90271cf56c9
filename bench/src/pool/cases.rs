use std::{future::Future, hint::black_box};

use sqlsession::EngineOptions;
use tokio::task::{JoinSet, yield_now};

use super::{alone, fake::Fake};
use crate::cell::{Cell, Fallible, async_cell, cell};

/// Makes the contestants of a case. The first is what the others are compared with.
pub type Case = fn(&'static str) -> Fallible<Vec<Cell<'static>>>;

pub const CASES: &[(&str, Case)] =
    &[("checkout and checkin", uncontended), ("checkout and checkin, 32 tasks on 8 connections", contended)];

const CONNECTIONS: usize = 8;
const CYCLES: u64 = 200_000;
const TASKS: u64 = 32;
const CYCLES_OF_A_TASK: u64 = 50;

pub fn options(connections: usize) -> EngineOptions {
    EngineOptions::default().pool_size(connections).max_overflow(0)
}

pub fn uncontended(case: &'static str) -> Fallible<Vec<Cell<'static>>> {
    let alone = alone::pool(CONNECTIONS)?;
    let engine = Fake::by_await(options(CONNECTIONS))?;
    let (of_sessions, of_selects) = (engine.session_maker(), engine.session_maker());
    let blocking = Fake::blocking(options(CONNECTIONS))?;
    Ok(vec![
        async_cell(case, "deadpool alone: get, drop", CYCLES, async || {
            Ok(async move |_| drop(black_box(alone.get().await.expect("an object"))))
        })?,
        async_cell(case, "engine.connect(), close", CYCLES, async || {
            Ok(async move |_| {
                let connection = black_box(engine.connect().await.expect("a connection"));
                connection.close().await.expect("an end");
            })
        })?,
        async_cell(case, "session, close: no statement, no checkout", CYCLES, async || {
            Ok(async move |_| black_box(of_sessions.session()).close().await.expect("an end"))
        })?,
        async_cell(case, "session, one statement, close", CYCLES, async || {
            Ok(async move |_| {
                let mut session = of_selects.session();
                black_box(session.execute("select 1").await.expect("a result"));
                session.close().await.expect("an end");
            })
        })?,
        cell(case, "blocking engine.connect(), close", CYCLES, move |_| {
            black_box(blocking.connect().expect("a connection")).close().expect("an end");
        }),
    ])
}

fn contended(case: &'static str) -> Fallible<Vec<Cell<'static>>> {
    let alone = alone::pool(CONNECTIONS)?;
    let engine = Fake::by_await(options(CONNECTIONS))?;
    // One repeat is one cycle of one task.
    let repeats = 20 * TASKS * CYCLES_OF_A_TASK;
    Ok(vec![
        by_tasks(case, "deadpool alone", repeats, move || {
            let alone = alone.clone();
            async move {
                let object = alone.get().await.expect("an object");
                yield_now().await;
                drop(object);
            }
        })?,
        by_tasks(case, "engine.connect(), close", repeats, move || {
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
    case: &'static str,
    name: &'static str,
    repeats: u64,
    cycle: impl Fn() -> F + Clone + Send + Sync + 'static,
) -> Fallible<Cell<'static>> {
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
    Ok(Cell { case, name, work: Box::new(work), repeats })
}
