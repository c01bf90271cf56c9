use std::collections::BTreeMap;

use anyhow::Result;
use sqlsession_conformance::Client;
use sqlsession_test_servers::record::Records;

use super::steps::{conformance, examples, one_transaction};
use super::summary::{Row, Summary};
use super::supply::{Supplier, Supply};
use super::test_run::{self, Selection};
use crate::backend::{Backend, existing};
use crate::driver::Driver;
use crate::servers::sweep;
use crate::tally::Tally;
use crate::workspace::{self, Metadata};

/// Runs every test of every backend in the tree and prints a table that ends with the line
/// `N passed, N failed, N skipped`: the tests of `cargo test`, and beside them one for each example and
/// each conformance scenario. Answers whether all passed and every backend was tested.
///
/// # Errors
/// A server cannot be had, or the tests do not compile.
pub fn run() -> Result<bool> {
    sweep(&Records::of_workspace())?;
    let metadata = Metadata::read()?;
    let mut supplier = Supplier::new();
    supplier.install_test_programs()?;
    Supplier::fetch_other_servers();
    let mut supplies: Vec<(&'static Backend, Supply)> = Vec::new();
    for backend in existing(workspace::root()) {
        let supply = supplier.obtain(backend)?;
        println!("{}: {}", backend.name, supply.origin);
        supplies.push((backend, supply));
    }
    let variables: Vec<(&str, String)> =
        supplies.iter().flat_map(|(_, supply)| supply.variables.iter().cloned()).collect();
    let mut tallies = test_run::run(&metadata, Selection::Workspace, &variables)?;

    let mut summary = Summary::default();
    for (backend, supply) in &supplies {
        let tests = tests_of(backend, &mut tallies);
        run_on(&metadata, backend, supply, tests, &mut summary)?;
        for other in supplier.obtain_others(backend, supply)? {
            println!("{}, once more: {}", backend.name, other.origin);
            let package = backend.package();
            let mut tallies = test_run::run(&metadata, Selection::Package(&package), &other.variables)?;
            let mut tests = tests_of(backend, &mut tallies);
            tallies.into_values().for_each(|tally| tests += tally);
            run_on(&metadata, backend, &other, tests, &mut summary)?;
        }
    }
    if let Some(tally) = one_transaction(&metadata)? {
        let (backend, server) = ("(sqlsession-sqlx)".to_owned(), String::new());
        summary.rows.push(Row { backend, server, step: "example", tally });
    }
    for (package, tally) in tallies {
        summary.rows.push(Row {
            backend: format!("({package})"),
            server: String::new(),
            step: "tests",
            tally,
        });
    }
    drop(supplier);
    println!("\n{summary}");
    Ok(summary.sum().failed == 0)
}

/// Runs what there is besides the tests of the backend's crate, and adds a row for each.
fn run_on(
    metadata: &Metadata,
    backend: &Backend,
    supply: &Supply,
    tests: Tally,
    summary: &mut Summary,
) -> Result<()> {
    let mut add = |step, tally| {
        let (backend, server) = (backend.name.to_owned(), supply.origin.to_string());
        summary.rows.push(Row { backend, server, step, tally });
    };
    add("tests", tests);
    if let Some(tally) = examples(metadata, supply)? {
        add("examples", tally);
    }
    let name = backend.name;
    add("conformance", conformance(name, Driver::Native, Client::Async, supply));
    add("conformance, blocking", conformance(name, Driver::Native, Client::Blocking, supply));
    add("conformance by sqlx", conformance(name, Driver::Sqlx, Client::Async, supply));
    Ok(())
}

/// Takes the count of the backend's crate. A backend that exists and has no passing test was not tested,
/// which is a failure.
fn tests_of(backend: &Backend, tallies: &mut BTreeMap<String, Tally>) -> Tally {
    let mut tally = tallies.remove(&backend.package()).unwrap_or_default();
    if tally.passed == 0 && tally.failed == 0 {
        println!("error: no test of {} was run", backend.package());
        tally += Tally::one(false);
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::backend;

    #[test]
    fn a_backend_without_tests_fails() {
        let sqlite = backend("sqlite").unwrap();
        let ran = Tally { passed: 3, failed: 0, skipped: 1 };
        let mut tallies = BTreeMap::from([("sqlsession-sqlite".to_owned(), ran)]);
        assert_eq!(tests_of(sqlite, &mut tallies), ran);
        assert!(tallies.is_empty());
        assert_eq!(tests_of(sqlite, &mut tallies), Tally::one(false));
        let only_skipped = Tally { passed: 0, failed: 0, skipped: 9 };
        tallies.insert("sqlsession-sqlite".to_owned(), only_skipped);
        assert_eq!(tests_of(sqlite, &mut tallies).failed, 1);
    }
}
