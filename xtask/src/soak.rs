//! `cargo xtask soak`: sessions at full load for minutes.

use anyhow::{Context, Result};

use crate::backend::Backend;
use crate::test_all::supply::Supplier;
use crate::workspace::cargo;

/// Runs the load on these backends, or on all, side by side and for so many seconds, or as long as it takes by itself.
/// Answers whether nothing has grown.
///
/// # Errors
/// Cargo cannot be run, or what is to be started cannot be had.
pub fn run(backends: &[&'static Backend], seconds: Option<u64>) -> Result<bool> {
    Supplier::new().install_test_programs()?;
    let mut command = cargo();
    command.args(["run", "--release", "--quiet", "-p", "sqlsession-soak", "--"]);
    if !backends.is_empty() {
        let names: Vec<&str> = backends.iter().map(|backend| backend.name).collect();
        command.args(["--backend", &names.join(",")]);
    }
    if let Some(seconds) = seconds {
        command.args(["--seconds", &seconds.to_string()]);
    }
    Ok(command.status().context("run cargo")?.success())
}
