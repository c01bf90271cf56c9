//! Where the workspace is and what Cargo says about it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// The top folder of the workspace.
#[must_use]
pub fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// Cargo, run in the top folder. Under `cargo run` it is the very Cargo that runs this program.
#[must_use]
pub fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(root()).stdin(Stdio::null());
    // What `cargo run` says of this package. To build scripts that read it everything else would look changed, each time.
    let of_this_package = std::env::vars_os().map(|(name, _)| name).filter(|name| {
        let name = name.to_string_lossy();
        name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
    });
    for name in of_this_package {
        command.env_remove(name);
    }
    command
}

/// The part of `cargo metadata` that is used here.
#[derive(Debug, Deserialize)]
pub struct Metadata {
    /// The members of the workspace.
    pub packages: Vec<Package>,
    /// Where Cargo builds.
    #[serde(default)]
    pub target_directory: PathBuf,
}

/// One package of the workspace.
#[derive(Debug, Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its identity, as in Cargo's messages.
    pub id: String,
    /// Its features with what they turn on.
    pub features: std::collections::BTreeMap<String, Vec<String>>,
    /// The registries it may be published to; `None` means any.
    pub publish: Option<Vec<String>>,
    /// What it builds.
    pub targets: Vec<Target>,
}

/// One thing a package builds.
#[derive(Debug, Deserialize)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// `lib`, `proc-macro`, `bin`, `example`, `test`, …
    pub kind: Vec<String>,
}

impl Package {
    /// Whether it may be published.
    #[must_use]
    pub fn is_published(&self) -> bool {
        self.publish.as_ref().is_none_or(|registries| !registries.is_empty())
    }

    /// Whether it has a target of that kind and name.
    #[must_use]
    pub fn has_target(&self, kind: &str, name: &str) -> bool {
        self.targets.iter().any(|target| target.name == name && target.kind.iter().any(|k| k == kind))
    }
}

impl Metadata {
    /// Asks Cargo.
    ///
    /// # Errors
    /// Cargo cannot be run, fails, or answers something else.
    pub fn read() -> Result<Self> {
        let output = cargo()
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .stderr(Stdio::inherit())
            .output()
            .context("run cargo metadata")?;
        if !output.status.success() {
            bail!("cargo metadata failed: {}", output.status);
        }
        serde_json::from_slice(&output.stdout).context("read the answer of cargo metadata")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_is_not_told_of_this_package() {
        assert!(std::env::var_os("CARGO_PKG_NAME").is_some(), "as `cargo test` says");
        let removed = |name: &str| cargo().get_envs().any(|(known, value)| known == name && value.is_none());
        assert!(removed("CARGO_PKG_NAME") && removed("CARGO_MANIFEST_DIR"));
        assert!(!removed("PATH"));
    }
}
