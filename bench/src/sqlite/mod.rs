//! Sessions beside rusqlite.

mod cases;
mod entities;
mod fixture;
mod raw;
mod sessions;
mod side_effects;

use crate::{Choice, cell::Fallible, report, rounds};

pub fn run(choice: &Choice) -> Fallible<()> {
    let folder = tempfile::tempdir()?;
    let mut measured = Vec::new();
    for case in cases::CASES {
        let mut cells = case(folder.path())?;
        cells.retain(|cell| choice.wants(cell.case));
        measured.extend(rounds::run(cells, choice.rounds));
    }
    if !measured.is_empty() {
        println!("\nSQLite");
        report::print(&measured);
    }
    if choice.word.is_empty() {
        side_effects::print(&fixture::Fixture::new(folder.path())?)?;
    }
    Ok(())
}
