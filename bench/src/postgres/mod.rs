//! Sessions beside tokio-postgres and `postgres`, on a private server on the same core.

mod big_reads;
mod bulk;
mod entities;
mod fixture;
mod many;
mod points;
mod raw;
mod single;
mod units;

use crate::{
    Choice,
    cases::{self, Case},
    cell::Fallible,
};
use fixture::Fixture;

const CASES: &[(&str, Case<Fixture>)] = &[
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
    ("10 000 entities added", entities::added),
    ("20 entities changed", entities::changed),
    ("read 1 000 000 rows, as they come", big_reads::streamed),
    ("read 1 000 000 rows, all", big_reads::all),
];

pub fn run(choice: &Choice) -> Fallible<()> {
    cases::run("PostgreSQL", CASES, Fixture::start, choice)
}
