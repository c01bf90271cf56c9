use std::alloc::System;

use stats_alloc::{Region, StatsAlloc};

use crate::{Fallible, contest::Cell};

const TIMES: u64 = 200;

/// How often the memory allocator is called for one time, by all threads of the program.
pub fn of(cell: &mut Cell, allocator: &'static StatsAlloc<System>) -> Fallible<f64> {
    (cell.before)()?;
    (cell.work)(TIMES)?;
    let region = Region::new(allocator);
    (cell.work)(TIMES)?;
    let made = region.change();
    Ok((made.allocations + made.reallocations) as f64 / TIMES as f64)
}
