//! `cargo xtask bench`: sessions beside the raw drivers, and the pool beside deadpool, in one run on one core.

use std::process::Command;

use anyhow::{Context, Result};

use crate::backend::Backend;
use crate::workspace::{cargo, root};

/// Its programs: what counts the allocations is one of its own, because counting costs time.
const PROGRAMS: [&str; 2] = ["sqlsession-bench", "sqlsession-bench-allocations"];

/// Builds the benchmark, a workspace of its own, and runs it for these backends, or all it knows and the pool, with
/// these arguments. Answers whether it ended well.
///
/// With `taskset` it is kept on one core, so that the ratios are of software and not of the scheduler.
///
/// # Errors
/// Cargo or the benchmark cannot be run.
pub fn run(backends: &[&'static Backend], arguments: &[String]) -> Result<bool> {
    let names: Vec<&str> = backends.iter().map(|backend| backend.name).collect();
    let choice = if names.is_empty() { Vec::new() } else { vec!["--backend".to_owned(), names.join(",")] };
    let arguments = [choice.as_slice(), arguments].concat();
    let folder = root().join("bench");
    let built = cargo()
        .args(["build", "--release", "--locked"])
        .current_dir(&folder)
        .status()
        .context("run cargo")?;
    if !built.success() {
        return Ok(false);
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| folder.join("target"), Into::into);
    for name in PROGRAMS {
        let program = target.join("release").join(name);
        let pinned = Command::new("taskset").args(["-c", "0"]).arg(&program).args(&arguments).status();
        let status = match pinned {
            Ok(status) => status,
            Err(_) => {
                eprintln!("note: no taskset here, so the benchmark may move between cores");
                Command::new(&program).args(&arguments).status().context("run the benchmark")?
            }
        };
        if !status.success() {
            return Ok(false);
        }
    }
    Ok(true)
}
