//! The pool beside deadpool alone, over a driver that does nothing.

mod alone;
pub mod cases;
mod fake;
mod waits;

use crate::{Fallible, choice::Choice, contest, record::Record};

const GROUP: &str = "pool";

pub fn run(choice: &Choice, record: &mut Record) -> Fallible<()> {
    for (name, repeats, case) in cases::CASES.iter().filter(|(name, ..)| choice.wants(name)) {
        record.case(GROUP, name, &contest::run(case()?, *repeats, choice.rounds)?)?;
    }
    if choice.wants(waits::CASE) { waits::print() } else { Ok(()) }
}
