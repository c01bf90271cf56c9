//! What is run on one backend besides its crate's tests.

use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use sqlsession_conformance::Client;

use super::supply::{Origin, Supply};
use crate::conformance::{Request, run_request};
use crate::driver::Driver;
use crate::tally::Tally;
use crate::workspace::{Metadata, cargo};

const EXAMPLES: &str = "sqlsession-examples";
/// The example that opens a file of SQLite, whatever its URL is.
const OF_SQLITE: &str = "driver";

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

/// Runs every example on the database, as the tests of the workspace have built it: with other features Cargo would build
/// everything once more. `None` when the tree has none.
///
/// # Errors
/// An example was not built.
pub(super) fn examples(metadata: &Metadata, supply: &Supply) -> Result<Option<Tally>> {
    let packages = metadata.packages.iter().filter(|package| package.name == EXAMPLES);
    let targets = packages.flat_map(|package| &package.targets);
    let mut tally: Option<Tally> = None;
    let is_embedded = supply.origin == Origin::Embedded;
    let examples = targets.filter(|target| target.kind.iter().any(|kind| kind == "example"));
    for example in examples.filter(|example| is_embedded || example.name != OF_SQLITE) {
        let program = metadata.target_directory.join("debug/examples").join(&example.name);
        let status = Command::new(&program)
            .arg(&supply.url)
            .stdin(Stdio::null())
            .status()
            .with_context(|| format!("run {}", program.display()))?;
        if !status.success() {
            println!("the example {} failed on {}", example.name, supply.origin);
        }
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
