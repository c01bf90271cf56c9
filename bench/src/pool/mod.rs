//! The pool beside deadpool alone, over a driver that does nothing.

mod alone;
pub mod cases;
mod fake;
mod waits;

use crate::{Choice, cell::Fallible, report, rounds};

pub fn run(choice: &Choice) -> Fallible<()> {
    let mut measured = Vec::new();
    for (name, case) in cases::CASES.iter().filter(|(name, _)| choice.wants(name)) {
        measured.extend(rounds::run(case(name)?, choice.rounds));
    }
    if !measured.is_empty() {
        println!("\nThe pool, over a driver that does nothing");
        report::print(&measured);
    }
    if choice.wants(waits::CASE) { waits::print() } else { Ok(()) }
}
