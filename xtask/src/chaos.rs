//! `cargo xtask chaos`: bank transfers under faults.

use anyhow::{Context, Result};

use crate::backend::{Backend, existing};
use crate::test_all::supply::Supplier;
use crate::workspace::{cargo, root};

/// Attacks these backends, or all there are, one after the other. Answers whether nothing was lost, doubled or leaked.
///
/// # Errors
/// A server cannot be had, or Cargo cannot be run.
pub fn run(chosen: &[&'static Backend], seconds: Option<u64>, seed: Option<u64>) -> Result<bool> {
    Supplier::new().install_test_programs()?;
    let backends = if chosen.is_empty() { existing(root()) } else { chosen.to_vec() };
    let names: Vec<&str> = backends.iter().map(|backend| backend.name).collect();
    let mut command = cargo();
    command.args([
        "run",
        "--quiet",
        "--release",
        "-p",
        "sqlsession-chaos",
        "--",
        "--backend",
        &names.join(","),
    ]);
    for (option, value) in [("--seconds", seconds), ("--seed", seed)] {
        if let Some(value) = value {
            command.args([option, &value.to_string()]);
        }
    }
    Ok(command.status().context("run cargo")?.success())
}
