//! The first line of a file of results: on what it was measured.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::json;

use super::run::Wanted;
use crate::backend::BACKENDS;
use crate::workspace::root;

/// The crates that are compared.
const CRATES: [&str; 11] = [
    "rusqlite",
    "libsqlite3-sys",
    "tokio-postgres",
    "postgres",
    "mysql_async",
    "deadpool-postgres",
    "sqlx",
    "sea-orm",
    "diesel",
    "diesel-async",
    "tokio",
];

/// Begins the file anew.
pub(super) fn begin(file: &Path, group: &str, wanted: &Wanted) -> Result<()> {
    let folder = file.parent().context("a folder for results")?;
    std::fs::create_dir_all(folder).context("make a folder for results")?;
    std::fs::write(file, format!("{}\n", line(group, wanted)?)).context("write results")
}

fn line(group: &str, wanted: &Wanted) -> Result<serde_json::Value> {
    let mut versions = locked_versions()?;
    if let Some(version) = server_version(group) {
        versions.insert(0, ("server".to_owned(), version));
    }
    let rustc = said(Command::new("rustc").arg("--version"));
    versions.insert(0, ("rustc".to_owned(), rustc.trim_start_matches("rustc ").to_owned()));
    if wanted.python {
        let listed = std::fs::read_to_string(root().join("bench/python/requirements.txt"))?;
        versions.extend(
            listed
                .lines()
                .filter_map(|line| line.split_once("=="))
                .map(|(name, v)| (name.to_owned(), v.to_owned())),
        );
    }
    Ok(json!({
        "kind": "run",
        "group": group,
        "date": said(Command::new("date").args(["-u", "+%Y-%m-%d"])),
        "rounds": wanted.words.first().map_or("5", String::as_str),
        "machine": machine(),
        "versions": versions,
    }))
}

/// The versions in the lock file of the benchmark.
fn locked_versions() -> Result<Vec<(String, String)>> {
    let lock = std::fs::read_to_string(root().join("bench/Cargo.lock")).context("read bench/Cargo.lock")?;
    let mut versions = Vec::new();
    for package in lock.split("[[package]]") {
        let field = |name: &str| {
            let line = package.lines().find_map(|line| line.strip_prefix(name))?;
            Some(line.trim_start_matches([' ', '=', '"']).trim_end_matches('"').to_owned())
        };
        if let (Some(name), Some(version)) = (field("name"), field("version")) {
            // diesel-async has an older mysql_async of its own: the newest is the last.
            versions.retain(|(known, _)| *known != name);
            if CRATES.contains(&&*name) {
                versions.push((name, version));
            }
        }
    }
    Ok(versions)
}

fn server_version(group: &str) -> Option<String> {
    let backend = BACKENDS.iter().find(|backend| backend.name == group)?;
    backend.server?;
    let program = if backend.name == "postgres" { "postgres" } else { "mariadbd" };
    let found = said(Command::new(program).arg("--version"));
    if found.is_empty() {
        // Debian keeps PostgreSQL's programs out of the path.
        let newest =
            said(Command::new("sh").args(["-c", "ls -d /usr/lib/postgresql/*/bin/postgres | tail -1"]));
        return Some(said(Command::new(newest).arg("--version")));
    }
    Some(found)
}

fn machine() -> String {
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let cores = cpus.lines().filter(|line| line.starts_with("processor")).count();
    let kernel = said(Command::new("uname").arg("-sr"));
    format!("{} ({cores} cores), {kernel}", model.trim_start_matches(['\t', ' ', ':']))
}

/// The first line of what a command says; nothing where it cannot be run.
fn said(command: &mut Command) -> String {
    let output = command.output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).lines().next().unwrap_or_default().trim().to_owned()
}
