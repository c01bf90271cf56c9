use crate::{
    Choice,
    cell::{Cell, Fallible},
    report, rounds,
};

/// Makes the contestants of a case, of this name, on a fixture. The first is what the others are compared with.
pub type Case<F> = fn(&'static str, &F) -> Fallible<Vec<Cell<'static>>>;

/// Runs those of the cases that are wanted, and prints them under this title. Without any, nothing is started.
pub fn run<F>(
    title: &str,
    cases: &[(&'static str, Case<F>)],
    start: impl FnOnce() -> Fallible<F>,
    choice: &Choice,
) -> Fallible<()> {
    let wanted: Vec<_> = cases.iter().filter(|(name, _)| choice.wants(name)).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let fixture = start()?;
    let mut measured = Vec::new();
    for (name, case) in wanted {
        measured.extend(rounds::run(case(name, &fixture)?, choice.rounds));
    }
    println!("\n{title}");
    report::print(&measured);
    Ok(())
}
