//! What is run on one backend besides its crate's tests.

use anyhow::{Context, Result};

use super::supply::Supply;
use crate::conformance::{Request, run_request};
use crate::tally::Tally;
use crate::workspace::{Metadata, cargo};

const FACADE: &str = "sqlsession";
const EXAMPLES: [&str; 2] = ["quickstart", "walkthrough"];

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

/// Runs the conformance scenarios on the database. A run that breaks off counts as one failure.
pub(super) fn conformance(backend: &'static str, supply: &Supply) -> Tally {
    let backends = [(backend, supply.url.clone())];
    run_request(&Request { backends: &backends, dirs: &[] }).unwrap_or_else(|error| {
        println!("conformance of {backend} broke off: {error:#}");
        Tally::one(false)
    })
}
