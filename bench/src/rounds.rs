use std::time::Instant;

/// One contestant in one case.
pub struct Cell<'a> {
    pub case: &'static str,
    pub name: &'static str,
    /// Does the work so many times.
    pub work: Box<dyn FnMut(u64) + 'a>,
    pub repeats: u64,
}

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
        let mut nanos = vec![0_u128; cells.len()];
        for _ in 0..SLICES {
            for (cell, nanos) in cells.iter_mut().zip(&mut nanos) {
                let start = Instant::now();
                (cell.work)(cell.repeats / SLICES);
                *nanos += start.elapsed().as_nanos();
            }
        }
        for ((cell, nanos), measured) in cells.iter().zip(nanos).zip(&mut measured) {
            measured.rounds.push(nanos as f64 / (cell.repeats / SLICES * SLICES) as f64);
        }
    }
    measured
}
