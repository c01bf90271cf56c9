//! `cargo xtask check-features`: every feature of every published crate builds alone.

use anyhow::{Context, Result};

use crate::workspace::{Metadata, Package, cargo};

/// Lints the library and programs of each published crate with no feature, with each feature alone, with
/// the default ones and with all. Prints what failed and answers whether nothing did.
///
/// # Errors
/// Cargo cannot be run.
pub fn run() -> Result<bool> {
    let mut failed = Vec::new();
    let mut done = 0_usize;
    for package in Metadata::read()?.packages.iter().filter(|package| package.is_published()) {
        for choice in choices(package) {
            println!("{} {}", package.name, choice.join(" "));
            // Clippy and not check: it denies warnings without RUSTFLAGS, which would rebuild the dependencies.
            let status = cargo()
                .args(["clippy", "--quiet", "--locked", "-p", &package.name])
                .args(&choice)
                .args(["--", "-D", "warnings"])
                .status()
                .context("run cargo clippy")?;
            done += 1;
            if !status.success() {
                failed.push(format!("{} {}", package.name, choice.join(" ")));
            }
        }
    }
    for choice in &failed {
        println!("FAILED: {choice}");
    }
    println!("{done} feature choices, {} failed", failed.len());
    Ok(failed.is_empty())
}

/// The arguments that choose features, one list per build. A crate without features is built once.
fn choices(package: &Package) -> Vec<Vec<String>> {
    let mut choices = vec![vec!["--no-default-features".to_owned()]];
    if package.features.is_empty() {
        return choices;
    }
    for feature in package.features.keys().filter(|feature| *feature != "default") {
        choices.push(vec!["--no-default-features".to_owned(), "--features".to_owned(), feature.clone()]);
    }
    choices.push(Vec::new());
    choices.push(vec!["--all-features".to_owned()]);
    choices
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(json: &str) -> Package {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn each_feature_is_built_alone() {
        let package = package(
            r#"{"name":"a","id":"a","features":{"default":["x"],"x":[],"y":["dep:z"]},"publish":null,"targets":[]}"#,
        );
        let joined: Vec<String> = choices(&package).iter().map(|choice| choice.join(" ")).collect();
        assert_eq!(
            joined,
            [
                "--no-default-features",
                "--no-default-features --features x",
                "--no-default-features --features y",
                "",
                "--all-features",
            ]
        );
        assert!(package.is_published());
    }

    #[test]
    fn a_crate_without_features_is_built_once() {
        let package = package(r#"{"name":"a","id":"a","features":{},"publish":[],"targets":[]}"#);
        assert_eq!(choices(&package).len(), 1);
        assert!(!package.is_published());
    }
}
