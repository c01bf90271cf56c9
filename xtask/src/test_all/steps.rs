//! What is run on one backend besides its crate's tests.

use anyhow::{Context, Result};
use sqlsession_conformance::Client;

use super::supply::Supply;
use crate::conformance::{Request, run_request};
use crate::driver::Driver;
use crate::tally::Tally;
use crate::workspace::{Metadata, cargo};

const FACADE: &str = "sqlsession";
const EXAMPLES: [&str; 2] = ["quickstart", "walkthrough"];

/// Runs the example of sqlx and a session in one transaction. `None` when the tree has no such example.
///
/// # Errors
/// Cargo cannot be run.
pub(super) fn one_transaction(metadata: &Metadata) -> Result<Option<Tally>> {
    let mut packages = metadata.packages.iter().filter(|package| package.name == "sqlsession-sqlx");
    if !packages.any(|package| package.has_target("example", "one_transaction")) {
        return Ok(None);
    }
    let status = cargo()
        .args(["run", "--quiet", "-p", "sqlsession-sqlx", "--all-features", "--example", "one_transaction"])
        .status()
        .context("run cargo run")?;
    Ok(Some(Tally::one(status.success())))
}

/// Runs the examples on the database. `None` when the tree has none.
///
/// # Errors
/// Cargo cannot be run.
pub(super) fn examples(metadata: &Metadata, supply: &Supply) -> Result<Option<Tally>> {
    let has = |example: &str| {
        let mut facades = metadata.packages.iter().filter(|package| package.name == FACADE);
        facades.any(|package| package.has_target("example", example))
    };
    let mut tally: Option<Tally> = None;
    for example in EXAMPLES.into_iter().filter(|example| has(example)) {
        let status = cargo()
            .args(["run", "--quiet", "-p", FACADE, "--all-features", "--example", example, "--", &supply.url])
            .status()
            .context("run cargo run")?;
        *tally.get_or_insert_default() += Tally::one(status.success());
    }
    Ok(tally)
}

/// Runs the conformance scenarios on the database by one driver and one client. A run that breaks off counts as one failure.
pub(super) fn conformance(backend: &'static str, driver: Driver, client: Client, supply: &Supply) -> Tally {
    let backends = [(backend, supply.url.clone())];
    run_request(&Request { driver, client, backends: &backends, dirs: &[] }).unwrap_or_else(|error| {
        println!("conformance of {backend} by the driver {driver}, {client}, broke off: {error:#}");
        Tally::one(false)
    })
}
