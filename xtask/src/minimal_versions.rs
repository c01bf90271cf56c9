//! `cargo xtask minimal-versions`: the published crates on the oldest direct dependencies that they allow.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::{Metadata, cargo, root};

/// Checks the published crates with every direct dependency at its lower bound, in a copy below `target`. Answers whether
/// they compile. It needs a nightly toolchain beside the one in use, to choose the versions.
///
/// # Errors
/// The copy cannot be made, or no versions fit together: a lower bound is then below what another dependency asks for.
pub fn run() -> Result<bool> {
    let target = root().join("target/minimal-versions");
    let copy = target.join("workspace");
    if copy.exists() {
        std::fs::remove_dir_all(&copy).context("remove the last copy")?;
    }
    copy_tracked_files(&copy)?;
    std::fs::remove_file(copy.join("Cargo.lock")).context("remove the copy's Cargo.lock")?;
    leave_published_crates(&copy)?;

    let update = Command::new("rustup")
        .args(["run", "nightly", "cargo", "update", "--quiet", "-Z", "direct-minimal-versions"])
        .current_dir(&copy)
        .status()
        .context("run nightly's cargo update")?;
    if !update.success() {
        bail!("no versions fit together");
    }
    let status = cargo()
        .args(["check", "--workspace", "--all-features"])
        .current_dir(&copy)
        .env("CARGO_TARGET_DIR", &target)
        .status()
        .context("run cargo check")?;
    Ok(status.success())
}

fn copy_tracked_files(copy: &Path) -> Result<()> {
    let output =
        Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output().context("run git")?;
    if !output.status.success() {
        bail!("git ls-files: {}", String::from_utf8_lossy(&output.stderr));
    }
    for name in output.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        let name = std::str::from_utf8(name).context("read the name of a file")?;
        let (from, to) = (root().join(name), copy.join(name));
        // A link to a folder, or a file that was removed and not yet told to git, is no matter here.
        if from.is_file() {
            std::fs::create_dir_all(to.parent().unwrap_or(copy))?;
            std::fs::copy(&from, &to).with_context(|| format!("copy {name}"))?;
        }
    }
    Ok(())
}

/// What is not published, and what only tests need, must not raise the versions.
fn leave_published_crates(copy: &Path) -> Result<()> {
    let metadata = Metadata::read()?;
    let mut members = Vec::new();
    for package in metadata.packages.iter().filter(|package| package.is_published()) {
        let folder = format!("crates/{}", package.name);
        edit(&copy.join(&folder).join("Cargo.toml"), without_dev_dependencies)?;
        members.push(folder);
    }
    edit(&copy.join("Cargo.toml"), |manifest| with_members(manifest, &members))
}

fn edit(file: &Path, change: impl FnOnce(&str) -> String) -> Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    std::fs::write(file, change(&text)).with_context(|| format!("write {}", file.display()))
}

fn without_dev_dependencies(manifest: &str) -> String {
    let mut inside = false;
    let mut kept = String::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line == "[dev-dependencies]";
        }
        if !inside {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

fn with_members(manifest: &str, members: &[String]) -> String {
    let lines = manifest.lines().filter(|line| !line.starts_with("default-members")).map(|line| {
        if line.starts_with("members = ") { format!("members = {members:?}") } else { line.to_owned() }
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_have_no_say() {
        let manifest =
            "[dependencies]\na = \"1\"\n\n[dev-dependencies]\nb = \"2\"\n\n[lints]\nworkspace = true\n";
        let without = "[dependencies]\na = \"1\"\n\n[lints]\nworkspace = true\n";
        assert_eq!(without_dev_dependencies(manifest), without);
    }

    #[test]
    fn only_what_is_published_is_a_member() {
        let manifest = "[workspace]\nmembers = [\"crates/*\", \"xtask\"]\ndefault-members = [\"docs\"]\n";
        assert_eq!(
            with_members(manifest, &["crates/a".to_owned(), "crates/b".to_owned()]),
            "[workspace]\nmembers = [\"crates/a\", \"crates/b\"]\n"
        );
    }
}
