//! `cargo xtask conformance`: the behaviour every backend must show.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use sqlsession_conformance::{self as conformance, Client, Options, Report};

use crate::backend::{Backend, existing};
use crate::driver::Driver;
use crate::tally::Tally;
use crate::test_all::supply::Supplier;
use crate::workspace;

/// What to run the scenarios on.
#[derive(Debug)]
pub struct Request<'a> {
    /// By which driver.
    pub driver: Driver,
    /// By which of the library's faces.
    pub client: Client,
    /// Each backend's name and the database to use.
    pub backends: &'a [(&'static str, String)],
    /// Folders with scenarios; empty means the library's own.
    pub dirs: &'a [PathBuf],
}

/// Runs the scenarios of a request: it prints what differs and counts all.
///
/// # Errors
/// A folder cannot be read, or a backend is not known here.
pub fn run_request(request: &Request<'_>) -> Result<Tally> {
    let backends = request
        .backends
        .iter()
        .map(|(name, url)| connected(name, request.driver, url))
        .collect::<Result<Vec<_>>>()?;
    let backends: Vec<&dyn conformance::Backend> = backends.iter().map(AsRef::as_ref).collect();
    let mut sum = Tally::default();
    if request.dirs.is_empty() {
        sum += shown(&conformance::run(&Options::embedded().client(request.client), &backends)?);
    }
    for dir in request.dirs {
        let options = Options::in_folder(dir).with_context(|| format!("read {}", dir.display()))?;
        sum += shown(&conformance::run(&options.client(request.client), &backends)?);
    }
    Ok(sum)
}

fn connected(name: &str, driver: Driver, url: &str) -> Result<Box<dyn conformance::Backend>> {
    let connected = driver.connected(name, url)?;
    connected.with_context(|| format!("the conformance scenarios cannot be run on {name} yet"))
}

/// Prints a report.
fn shown(report: &Report) -> Tally {
    println!("{report}");
    Tally {
        passed: report.passed as u64,
        failed: report.failures.len() as u64,
        skipped: report.skipped.len() as u64,
    }
}

/// Runs the scenarios on the given backends, or on all that exist, by the given drivers, or by all, and by one client.
/// Answers whether nothing failed.
///
/// # Errors
/// The tree has no such backend, or a server or a folder cannot be had.
pub fn run(
    chosen: &[&'static Backend],
    drivers: &[Driver],
    client: Client,
    dirs: &[PathBuf],
) -> Result<bool> {
    let root = workspace::root();
    let backends = if chosen.is_empty() { existing(root) } else { chosen.to_vec() };
    if backends.is_empty() {
        bail!("this tree has no backend");
    }
    let mut supplier = Supplier::new();
    let mut supplied = Vec::new();
    for backend in backends {
        if !backend.exists(root) {
            bail!("this tree has no crates/{}", backend.package());
        }
        let supply = supplier.obtain(backend)?;
        println!("conformance of {} ({})", backend.name, supply.origin);
        supplied.push((backend.name, supply.url));
    }
    let drivers = if drivers.is_empty() { &Driver::ALL } else { drivers };
    let mut sum = Tally::default();
    for &driver in drivers {
        println!("by the driver {driver}, {client}");
        sum += run_request(&Request { driver, client, backends: &supplied, dirs })?;
    }
    // With several folders or drivers the last line is the sum of them.
    if dirs.len() > 1 || drivers.len() > 1 {
        println!("{} passed, {} failed, {} skipped", sum.passed, sum.failed, sum.skipped);
    }
    Ok(sum.failed == 0)
}
