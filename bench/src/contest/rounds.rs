use std::time::Instant;

use super::Cell;
use crate::Fallible;

/// What one contestant took in one case.
#[derive(Debug)]
pub struct Measured {
    pub contestant: String,
    pub rounds: Vec<Round>,
}

/// What a round showed.
#[derive(Debug)]
pub struct Round {
    /// Nanoseconds for one time.
    pub nanos: f64,
    /// What one waited for at the median and at the 99th of a hundred, in nanoseconds, where that was looked at.
    pub waits: Option<(u64, u64)>,
}

/// Slices of a round. Contestants take turns slice by slice, so that all meet the same neighbours.
const SLICES: u64 = 10;

/// What a contestant has done in a round so far.
#[derive(Default)]
struct Spent {
    nanos: u128,
    times: u64,
    waits: Vec<u64>,
}

fn thinned(times: u64, cell: &Cell) -> u64 {
    times.div_ceil(cell.elsewhere.unwrap_or(1))
}

/// Runs the contestants of a case in rounds, in which each does its work so many times.
pub fn run(mut cells: Vec<Cell>, repeats: u64, rounds: usize) -> Fallible<Vec<Measured>> {
    for cell in &mut cells {
        (cell.before)()?;
        let times = thinned(repeats / 4 + 1, cell);
        (cell.work)(times)?;
    }
    let mut measured: Vec<_> = cells
        .iter()
        .map(|cell| Measured { contestant: cell.contestant.clone(), rounds: Vec::new() })
        .collect();
    for _ in 0..rounds {
        let mut spent: Vec<Spent> = cells.iter().map(|_| Spent::default()).collect();
        for slice in 0..SLICES {
            // What is repeated less often than there are slices is done in some of them.
            let times = repeats * (slice + 1) / SLICES - repeats * slice / SLICES;
            if times == 0 {
                continue;
            }
            for (cell, spent) in cells.iter_mut().zip(&mut spent) {
                if spent.times == 0 {
                    (cell.before)()?;
                }
                let times = thinned(times, cell);
                let start = Instant::now();
                let waited = (cell.work)(times)?;
                spent.nanos += start.elapsed().as_nanos();
                spent.times += times;
                spent.waits.extend(waited);
            }
        }
        for (Spent { nanos, times, waits }, measured) in spent.into_iter().zip(&mut measured) {
            measured.rounds.push(Round { nanos: nanos as f64 / times as f64, waits: percentiles(waits) });
        }
    }
    Ok(measured)
}

fn percentiles(mut waits: Vec<u64>) -> Option<(u64, u64)> {
    waits.sort_unstable();
    Some((*waits.get(waits.len() / 2)?, *waits.get(waits.len() * 99 / 100)?))
}
