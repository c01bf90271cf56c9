//! Sessions beside tokio-postgres and `postgres`, on a private server on the same core.

mod big_reads;
mod bulk;
mod fixture;
mod many;
mod points;
mod raw;
mod single;
mod units;

use crate::{
    Choice,
    cell::{Cell, Fallible},
    report, rounds,
};
use fixture::Fixture;

/// Makes the contestants of a case. The first is what the others are compared with.
type Case = fn(&'static str, &Fixture) -> Fallible<Vec<Cell<'static>>>;

const CASES: &[(&str, Case)] = &[
    ("point select, in autocommit", points::autocommit),
    ("point select, in one transaction", points::in_transaction),
    ("point select, a session as it comes", points::as_it_comes),
    ("point select, in autocommit, blocking", points::autocommit_blocking),
    ("point select, in one transaction, blocking", points::in_transaction_blocking),
    ("begin, select, update, commit", units::by_await),
    ("begin, select, update, commit, blocking", units::blocking),
    ("out of the pool for one select", single::by_await),
    ("execute_many, 5000 sets", many::inserts),
    ("bulk insert, 100 000 rows", bulk::inserts),
    ("read 1 000 000 rows, as they come", big_reads::streamed),
    ("read 1 000 000 rows, all", big_reads::all),
];

pub fn run(choice: &Choice) -> Fallible<()> {
    let wanted: Vec<_> = CASES.iter().filter(|(name, _)| choice.wants(name)).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let fixture = Fixture::start()?;
    let mut measured = Vec::new();
    for (name, case) in wanted {
        measured.extend(rounds::run(case(name, &fixture)?, choice.rounds));
    }
    println!("\nPostgreSQL");
    report::print(&measured);
    Ok(())
}
