//! Sessions beside mysql_async, on a private MariaDB on the same core.

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
    let fixture = Fixture::start()?;
    let mut measured = Vec::new();
    for (name, case) in CASES {
        if name.contains(&choice.word) {
            measured.extend(rounds::run(case(name, &fixture)?, choice.rounds));
        }
    }
    println!("\nMariaDB");
    report::print(&measured);
    Ok(())
}
