use std::path::Path;

use anyhow::{Context, Result, bail};

use super::checks::{self, Check};
use super::results::Results;
use super::{overview, tables};
use crate::workspace::root;

/// Makes tables and pictures of what was measured, under `bench/report`.
///
/// # Errors
/// Nothing was measured yet, or a file cannot be read or written.
pub fn write() -> Result<bool> {
    let results = Results::read()?;
    if results.times.is_empty() {
        bail!("there are no results under bench/results: run `cargo xtask bench` first");
    }
    let folder = root().join("bench/report");
    std::fs::create_dir_all(&folder).context("make a folder for the report")?;
    save(&folder, "overview.svg", &overview::draw(&results))?;
    let checks = checks::of(&results);
    let mut page = String::new();
    body(&mut page, &results, &checks)?;
    for (group, file) in GROUPS {
        if !results.cases(group).is_empty() {
            save(&folder, &format!("{file}.svg"), &overview::draw_group(&results, group))?;
        }
    }
    save(&folder, "README.md", &page)?;
    let mut targets = String::new();
    tables::targets(&mut targets, &checks)?;
    println!("{targets}\n{}", checks::sum(&checks));
    println!("{}", folder.join("README.md").display());
    Ok(true)
}

const GROUPS: [(&str, &str); 5] = [
    ("SQLite", "sqlite"),
    ("SQLite in memory", "sqlite-in-memory"),
    ("PostgreSQL", "postgres"),
    ("MariaDB", "mysql"),
    ("pool", "pool"),
];

fn body(page: &mut String, results: &Results, checks: &[Check]) -> std::fmt::Result {
    use std::fmt::Write as _;
    writeln!(
        page,
        "# What was measured\n\nWritten by `cargo xtask bench report`; how, is said in [bench](../README.md).\n"
    )?;
    writeln!(page, "![Time beside the raw drivers](overview.svg)\n")?;
    tables::machine(page, results)?;
    writeln!(page, "\n## What is to be reached\n")?;
    writeln!(page, "{}\n", checks::sum(checks))?;
    tables::targets(page, checks)?;
    writeln!(page, "\n## Beside the other libraries, where nothing is to be reached\n")?;
    tables::beside_peers(page, checks)?;
    for (group, file) in GROUPS {
        if results.cases(group).is_empty() {
            continue;
        }
        writeln!(page, "\n## {group}\n\n![All cases on {group}]({file}.svg)\n")?;
        tables::times(page, results, group)?;
    }
    if !results.costs.is_empty() {
        writeln!(page, "\n## Beside time\n")?;
        tables::costs(page, results)?;
    }
    if !results.builds.is_empty() {
        writeln!(page, "\n## To build\n")?;
        tables::builds(page, results)?;
    }
    Ok(())
}

fn save(folder: &Path, name: &str, text: &str) -> Result<()> {
    let path = folder.join(name);
    std::fs::write(&path, text).with_context(|| format!("write {}", path.display()))
}
