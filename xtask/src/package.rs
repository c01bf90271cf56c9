//! `cargo xtask package`: what would be published, built as its users will.

use anyhow::{Context, Result, bail};

use crate::workspace::{Metadata, cargo};

/// What a published crate holds beside its code.
const FILES: [&str; 3] = ["LICENSE-APACHE", "LICENSE-MIT", "README.md"];

/// Packs every published crate and builds each from what was packed, with those it depends on. Answers whether all of
/// them build and hold their licences and README.
///
/// # Errors
/// Cargo cannot be run.
pub fn run() -> Result<bool> {
    let metadata = Metadata::read()?;
    let names: Vec<&str> = metadata
        .packages
        .iter()
        .filter(|package| package.is_published())
        .map(|package| package.name.as_str())
        .collect();
    let mut complete = true;
    for name in &names {
        let listed = listed(name)?;
        for file in FILES.iter().filter(|file| !listed.lines().any(|line| line == **file)) {
            println!("{name} has no {file}");
            complete = false;
        }
    }
    let mut package = cargo();
    package.args(["package", "--locked", "--allow-dirty"]);
    for name in &names {
        package.args(["-p", name]);
    }
    let built = package.status().context("run cargo package")?.success();
    println!("{} crates to publish", names.len());
    Ok(complete && built)
}

fn listed(name: &str) -> Result<String> {
    let output = cargo()
        .args(["package", "--locked", "--allow-dirty", "--list", "-p", name])
        .output()
        .context("run cargo package --list")?;
    if !output.status.success() {
        bail!("cargo package --list of {name}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
