//! What the works cost beside time.

mod allocations;
mod instructions;
mod peak;
mod round_trips;

use std::alloc::System;

use stats_alloc::StatsAlloc;

use crate::{
    Fallible,
    choice::Choice,
    contest::Work,
    contestants,
    place::{Database, Fixture},
    record::Record,
};

/// The works whose cost is that of a call; another costs what its rows cost.
const COUNTED: [Work; 7] = [
    Work::Select,
    Work::SelectInTransaction,
    Work::Unit,
    Work::Checkout,
    Work::Flush,
    Work::Trivial(100),
    Work::Insert(10),
];

/// Runs what the command line asks for: under callgrind instructions are counted, and nothing else is.
pub fn run(allocator: &'static StatsAlloc<System>) -> Fallible<()> {
    if let Some(asked) = peak::Asked::read() {
        return asked?.answer();
    }
    let choice = Choice::read()?;
    let mut record = Record::open()?;
    // In memory it costs what it costs on a file.
    for database in choice.databases.iter().filter(|database| **database != Database::SqliteInMemory) {
        on(*database, &choice, allocator, &mut record)?;
    }
    Ok(())
}

fn on(
    database: Database,
    choice: &Choice,
    allocator: &'static StatsAlloc<System>,
    record: &mut Record,
) -> Fallible<()> {
    let counts_instructions = instructions::are_counted();
    let group = database.to_string();
    let works: Vec<Work> = choice.works(database).filter(|work| COUNTED.contains(work)).collect();
    // Of these only how often the server is waited for.
    let waits: Vec<Work> = choice.works(database).filter(|work| *work == Work::Added).collect();
    let large: Vec<Work> =
        choice.works(database).filter(|work| matches!(work, Work::Stream | Work::All)).collect();
    if works.is_empty() && waits.is_empty() && large.is_empty() {
        return Ok(());
    }
    let mut fixture = Fixture::start(database, choice.sizes)?;
    for work in works.iter().copied() {
        fixture.prepare(work)?;
        let title = work.title(choice.sizes);
        let cells = contestants::cells(work, choice.sizes, database, || fixture.place())?;
        for mut cell in cells {
            if counts_instructions {
                let counted = instructions::of(&mut cell)?;
                record.cost(&group, &title, &cell.contestant, "instructions", counted)?;
            } else if cell.elsewhere.is_none() {
                let counted = allocations::of(&mut cell, allocator)?;
                record.cost(&group, &title, &cell.contestant, "allocations", counted)?;
            }
        }
    }
    // SQLite has no server, and answers none.
    for work in works.into_iter().chain(waits).filter(|_| !counts_instructions) {
        fixture.prepare(work)?;
        for (contestant, trips) in round_trips::of(work, choice.sizes, &fixture, database)? {
            record.cost(&group, &work.title(choice.sizes), &contestant, "round trips", trips)?;
        }
    }
    for work in large.into_iter().filter(|_| !counts_instructions) {
        fixture.prepare(work)?;
        for (contestant, bytes) in peak::of(work, choice.sizes, &fixture, database)? {
            record.cost(&group, &work.title(choice.sizes), contestant, "MiB at the peak", bytes)?;
        }
    }
    Ok(())
}
