//! What a session costs over rusqlite: `cargo xtask bench [ROUNDS] [WORD OF THE CASE]`.
//!
//! The same work on the same file by the raw driver and by sessions, one cell after the other, in rounds. Medians, and
//! ratios taken within a round: the machine's mood changes from round to round, seldom within one.

mod cases;
mod fixture;
mod raw;
mod report;
mod rounds;
mod sessions;
mod side_effects;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rounds = std::env::args().nth(1).map_or(Ok(7), |text| text.parse())?;
    let wanted = std::env::args().nth(2).unwrap_or_default();
    let folder = tempfile::tempdir()?;
    let mut measured = Vec::new();
    for case in cases::CASES {
        let mut cells = case(folder.path())?;
        cells.retain(|cell| cell.case.contains(&wanted));
        measured.extend(rounds::run(cells, rounds));
    }
    report::print(&measured);
    if wanted.is_empty() {
        side_effects::print(&fixture::Fixture::new(folder.path())?)?;
    }
    Ok(())
}
