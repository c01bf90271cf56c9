//! `cargo xtask round-trips`: what sessions cost on the wire, as the drivers' own tests measure it.

use anyhow::{Context, Result, bail};

use crate::backend::{BACKENDS, Backend};
use crate::test_all::supply::Supplier;
use crate::workspace::{Metadata, cargo};

/// The test that prints the table of a driver.
const TEST: &str = "round_trips";

/// Prints the tables of the given backends, or of all that have one. Answers whether all is as it should be.
///
/// # Errors
/// A backend has no such table, or what its test starts cannot be had.
pub fn run(chosen: &[&'static Backend]) -> Result<bool> {
    let metadata = Metadata::read()?;
    let has_table = |backend: &Backend| {
        let package = metadata.packages.iter().find(|package| package.name == backend.package());
        package.is_some_and(|package| package.has_target("test", TEST))
    };
    if let Some(backend) = chosen.iter().find(|backend| !has_table(backend)) {
        bail!("there is no table of round trips for {}", backend.name);
    }
    Supplier::new().install_test_programs()?;
    let mut all_good = true;
    for backend in BACKENDS.iter().filter(|backend| has_table(backend)) {
        if chosen.is_empty() || chosen.contains(&backend) {
            all_good &= cargo()
                .args(["test", "--quiet", "-p", &backend.package(), "--test", TEST, "--", "--nocapture"])
                .status()
                .context("run cargo")?
                .success();
        }
    }
    Ok(all_good)
}
