//! How long the works take.

use crate::{
    Fallible,
    choice::Choice,
    contest, contestants,
    place::{Database, Fixture},
    pool,
    record::Record,
    side_effects,
};

/// Runs what the command line asks for.
pub fn run() -> Fallible<()> {
    let choice = Choice::read()?;
    let mut record = Record::open()?;
    if choice.pool {
        pool::run(&choice, &mut record)?;
    }
    for database in &choice.databases {
        on(*database, &choice, &mut record)?;
    }
    if choice.pool && choice.word.is_empty() {
        side_effects::print()?;
    }
    Ok(())
}

fn on(database: Database, choice: &Choice, record: &mut Record) -> Fallible<()> {
    let works: Vec<_> = choice.works(database).collect();
    if works.is_empty() {
        return Ok(());
    }
    let mut fixture = Fixture::start(database, choice.sizes)?;
    for work in works {
        fixture.prepare(work)?;
        let cells = contestants::cells(work, choice.sizes, database, || fixture.place())?;
        let measured = contest::run(cells, work.repeats(database.is_in_process()), choice.rounds)?;
        record.case(&database.to_string(), &work.title(choice.sizes), &measured)?;
    }
    Ok(())
}
