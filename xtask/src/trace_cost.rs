//! `cargo xtask trace-cost`: what it costs that somebody watches an engine, or could.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::{cargo, root};

/// Who watches, in the words of the example, and in those of the table.
const WATCHERS: [(&str, &str); 5] = [
    ("nobody", "nobody watches"),
    ("no-subscriber", "`Tracing`, and no subscriber"),
    ("warnings", "`Tracing`, and a subscriber of warnings"),
    ("spans", "`Tracing`, and a subscriber of spans that exports nothing"),
    ("metrics", "`Metrics`, and no recorder"),
];

/// Selects that are not counted, for the first ones cost more, and those that are.
const BEFORE: u64 = 2_000;
const COUNTED: u64 = 20_000;

/// Prints the instructions of a point select on SQLite in memory, inside of a transaction, for each watcher.
///
/// # Errors
/// The program does not compile, or there is no valgrind, which counts.
pub fn run() -> Result<()> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
    let built = cargo()
        .args([
            "build",
            "--release",
            "-p",
            "sqlsession-telemetry",
            "--all-features",
            "--example",
            "point_selects",
        ])
        .arg("--target-dir")
        .arg(&target)
        .status()
        .context("run cargo build")?;
    if !built.success() {
        bail!("the program does not compile");
    }
    let program = target.join("release/examples/point_selects");
    println!("| | instructions for a select | |\n|---|--:|--:|");
    let mut alone = None;
    for (word, words) in WATCHERS {
        let count = instructions(&program, word, BEFORE + COUNTED)? - instructions(&program, word, BEFORE)?;
        let each = count / COUNTED;
        let alone = *alone.get_or_insert(each);
        let more = i128::from(each) - i128::from(alone);
        println!("| {words} | {each} | {more:+} |");
    }
    Ok(())
}

fn instructions(program: &Path, word: &str, selects: u64) -> Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([word, &selects.to_string()])
        .output()
        .context("run valgrind")?;
    let told = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("{word}: {told}");
    }
    let collected = told.lines().find_map(|line| line.split("Collected : ").nth(1));
    collected.and_then(|count| count.trim().parse().ok()).with_context(|| format!("no count in {told}"))
}
