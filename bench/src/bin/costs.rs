//! What the works cost beside time, which no neighbour changes: calls of the memory allocator, bytes at the peak, round trips
//! on the wire; and, where the program runs under callgrind, instructions. A program of its own: counting costs time.

use std::alloc::System;

use sqlsession_bench::{Fallible, costs};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> Fallible<()> {
    costs::run(ALLOCATOR)
}
