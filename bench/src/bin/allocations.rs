//! How often the memory allocator is called for what the benchmark of the pool does. A program of its own: counting
//! costs time.

use std::alloc::System;

use sqlsession_bench::{Choice, cell::Fallible, pool::cases};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const CYCLES: u64 = 1000;

fn main() -> Fallible<()> {
    let (choice, groups) = Choice::read()?;
    let case = "checkout and checkin";
    if !choice.wants(case) || groups.is_some_and(|groups| !groups.iter().any(|group| group == "pool")) {
        return Ok(());
    }
    println!("\nAllocations of a cycle, when all connections are open");
    println!("| case | contestant | allocations | bytes |");
    println!("|---|---|--:|--:|");
    for mut cell in cases::uncontended(case)? {
        (cell.work)(CYCLES);
        let region = Region::new(ALLOCATOR);
        (cell.work)(CYCLES);
        let made = region.change();
        println!(
            "| {} | {} | {:.2} | {:.0} |",
            cell.case,
            cell.name,
            (made.allocations + made.reallocations) as f64 / CYCLES as f64,
            made.bytes_allocated as f64 / CYCLES as f64,
        );
    }
    Ok(())
}
