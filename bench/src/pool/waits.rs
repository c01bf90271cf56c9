//! Many more tasks than connections: who waits for how long.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use tokio::task::{JoinSet, yield_now};

use super::{alone, cases::options, fake::Fake};
use crate::Fallible;

pub const CASE: &str = "checkout by 10 000 tasks on 8 connections";

const TASKS: usize = 10_000;
const CONNECTIONS: usize = 8;
const CHECKOUTS: usize = 10;

/// Prints the waits for a connection, and what a checkout took of the core. All tasks ask at once, hold what they got for
/// a turn of the runtime, and ask again.
pub fn print() -> Fallible<()> {
    println!("\n{CASE}, {CHECKOUTS} by each");
    println!(
        "| contestant | µs per checkout | median wait, ms | worst wait, ms | worst / median | least and most by one task when half are done |"
    );
    println!("|---|--:|--:|--:|--:|--:|");
    let alone = alone::pool(CONNECTIONS)?;
    run("deadpool alone", move || {
        let alone = alone.clone();
        async move { alone.get().await.expect("an object") }
    })?;
    let engine = Fake::by_await(options(CONNECTIONS).pool_timeout(Duration::from_secs(3600)))?;
    run("engine.connect(), drop", move || {
        let engine = engine.clone();
        async move { engine.connect().await.expect("a connection") }
    })
}

fn run<C: Send + 'static, F: Future<Output = C> + Send + 'static>(
    name: &str,
    checkout: impl Fn() -> F + Clone + Send + Sync + 'static,
) -> Fallible<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let begun = Instant::now();
    let tasks: Vec<Vec<(Duration, Duration)>> = runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for _ in 0..TASKS {
            let checkout = checkout.clone();
            tasks.spawn(async move {
                let mut waits = Vec::with_capacity(CHECKOUTS);
                for _ in 0..CHECKOUTS {
                    let asked = Instant::now();
                    let connection = checkout().await;
                    waits.push((asked.elapsed(), begun.elapsed()));
                    yield_now().await;
                    drop(connection);
                }
                waits
            });
        }
        tasks.join_all().await
    });
    let elapsed = begun.elapsed();
    let mut waits: Vec<Duration> = tasks.iter().flatten().map(|(wait, _)| *wait).collect();
    waits.sort_unstable();
    let (median, worst) = (waits[waits.len() / 2], waits[waits.len() - 1]);
    let mut moments: Vec<Duration> = tasks.iter().flatten().map(|(_, at)| *at).collect();
    moments.sort_unstable();
    let half = moments[moments.len() / 2];
    let served = tasks.iter().map(|waits| waits.iter().filter(|(_, at)| *at <= half).count());
    let (least, most) = (served.clone().min().unwrap_or(0), served.max().unwrap_or(0));
    println!(
        "| {name} | {:.2} | {:.2} | {:.2} | {:.2} | {least} .. {most} |",
        elapsed.as_secs_f64() * 1e6 / (TASKS * CHECKOUTS) as f64,
        median.as_secs_f64() * 1e3,
        worst.as_secs_f64() * 1e3,
        worst.as_secs_f64() / median.as_secs_f64(),
    );
    Ok(())
}
