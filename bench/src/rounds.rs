use std::time::Instant;

use crate::cell::Cell;

/// Nanoseconds for one repeat, in each round.
pub struct Measured {
    pub case: &'static str,
    pub name: &'static str,
    pub rounds: Vec<f64>,
}

/// Slices of a round. Contestants take turns slice by slice, so that all meet the same neighbours.
const SLICES: u64 = 10;

pub fn run(mut cells: Vec<Cell<'_>>, rounds: usize) -> Vec<Measured> {
    for cell in &mut cells {
        (cell.work)(cell.repeats / 4 + 1);
    }
    let mut measured: Vec<_> =
        cells.iter().map(|cell| Measured { case: cell.case, name: cell.name, rounds: Vec::new() }).collect();
    for _ in 0..rounds {
        let mut spent = vec![(0_u128, 0_u64); cells.len()];
        for slice in 0..SLICES {
            for (cell, (nanos, times)) in cells.iter_mut().zip(&mut spent) {
                // What is repeated less often than there are slices is done in some of them.
                let now = cell.repeats * (slice + 1) / SLICES - cell.repeats * slice / SLICES;
                let start = Instant::now();
                (cell.work)(now);
                *nanos += start.elapsed().as_nanos();
                *times += now;
            }
        }
        for ((nanos, times), measured) in spent.into_iter().zip(&mut measured) {
            measured.rounds.push(nanos as f64 / times as f64);
        }
    }
    measured
}
