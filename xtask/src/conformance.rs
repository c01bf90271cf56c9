//! `cargo xtask conformance`: the behaviour every backend must show.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::backend::{Backend, existing};
use crate::tally::Tally;
use crate::test_all::supply::Supplier;
use crate::workspace;

/// What to run the scenarios on.
#[derive(Debug)]
pub struct Request<'a> {
    /// The backend's name.
    pub backend: &'static str,
    /// The database to use.
    pub url: &'a str,
    /// Folders with scenarios; empty means the library's own.
    pub dirs: &'a [PathBuf],
}

/// Runs the scenarios of one request: it prints what fails and counts all. `None` while the tree has no
/// conformance library.
pub const RUNNER: Option<fn(&Request<'_>) -> Result<Tally>> = None;

/// Runs the scenarios on the given backends, or on all that exist. Answers whether all passed.
///
/// # Errors
/// The tree has no conformance library or no such backend, or a server cannot be had.
pub fn run(chosen: &[&'static Backend], dirs: &[PathBuf]) -> Result<bool> {
    let runner = RUNNER.context("this tree has no conformance library")?;
    let root = workspace::root();
    let backends = if chosen.is_empty() { existing(root) } else { chosen.to_vec() };
    if backends.is_empty() {
        bail!("this tree has no backend");
    }
    let mut supplier = Supplier::new();
    let mut sum = Tally::default();
    for backend in backends {
        if !backend.exists(root) {
            bail!("this tree has no crates/{}", backend.package());
        }
        let supply = supplier.obtain(backend)?;
        println!("conformance of {} ({})", backend.name, supply.origin);
        sum += runner(&Request { backend: backend.name, url: &supply.url, dirs })?;
    }
    println!("{} passed, {} failed, {} skipped", sum.passed, sum.failed, sum.skipped);
    Ok(sum.failed == 0)
}
