//! Running `cargo test` and counting what each package's tests did.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::tally::Tally;
use crate::workspace::{Metadata, cargo};

/// Whose tests are run.
#[derive(Debug, Clone, Copy)]
pub(super) enum Selection<'a> {
    /// Those of every package.
    Workspace,
    /// Those of this package.
    Package(&'a str),
}

impl Selection<'_> {
    /// `cargo test` for these; the build and the run must agree on it.
    fn command(self) -> Command {
        let mut command = cargo();
        command.args(["test", "--all-features", "--no-fail-fast"]);
        match self {
            Self::Workspace => command.arg("--workspace"),
            Self::Package(name) => command.args(["-p", name]),
        };
        command
    }
}

/// Runs the selected tests and document tests and gives the count of each package.
///
/// # Errors
/// Cargo cannot be run or the tests do not compile.
pub(super) fn run(
    metadata: &Metadata,
    selection: Selection<'_>,
    variables: &[(&str, String)],
) -> Result<BTreeMap<String, Tally>> {
    let mut counter = Counter::new(metadata, &build(metadata, selection)?);
    // One pipe for both streams keeps "Running …", which goes to stderr, before the results.
    let (reader, writer) = std::io::pipe().context("make a pipe")?;
    let mut command = selection.command();
    command.envs(variables.iter().map(|(name, url)| (name, url))).stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn().context("run cargo test")?;
    // The command holds the writing end open; without it the reading below finds its end.
    drop(command);
    let mut output = std::io::stdout().lock();
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        output.write_all(&line)?;
        counter.read(&String::from_utf8_lossy(&line));
        line.clear();
    }
    output.flush()?;
    let succeeded = child.wait()?.success();
    Ok(counter.finish(succeeded))
}

#[derive(Deserialize)]
struct Message {
    reason: String,
    package_id: Option<String>,
    executable: Option<String>,
}

/// Builds the tests and gives the file name of each test program with its package.
fn build(metadata: &Metadata, selection: Selection<'_>) -> Result<BTreeMap<String, String>> {
    let output = selection
        .command()
        .args(["--no-run", "--message-format=json-render-diagnostics"])
        .stderr(Stdio::inherit())
        .output()
        .context("run cargo test --no-run")?;
    if !output.status.success() {
        bail!("the tests do not compile");
    }
    programs(metadata, &String::from_utf8_lossy(&output.stdout))
}

fn programs(metadata: &Metadata, messages: &str) -> Result<BTreeMap<String, String>> {
    let mut programs = BTreeMap::new();
    for line in messages.lines().filter(|line| line.starts_with('{')) {
        let message: Message = serde_json::from_str(line).context("read a message of Cargo")?;
        let (Some(id), Some(executable)) = (message.package_id, message.executable) else { continue };
        let package = metadata.packages.iter().find(|package| package.id == id);
        if let (true, Some(package)) = (message.reason == "compiler-artifact", package) {
            programs.insert(file_name(&executable).to_owned(), package.name.clone());
        }
    }
    Ok(programs)
}

fn file_name(path: &str) -> &str {
    Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or(path)
}

/// Follows the output of `cargo test`.
struct Counter {
    /// The package of each test program and, for document tests, of each library.
    packages: BTreeMap<String, String>,
    current: String,
    tallies: BTreeMap<String, Tally>,
}

/// Results that no package can be named for.
const UNKNOWN: &str = "cargo test";

impl Counter {
    fn new(metadata: &Metadata, programs: &BTreeMap<String, String>) -> Self {
        let mut packages = programs.clone();
        for package in &metadata.packages {
            for target in &package.targets {
                if target.kind.iter().any(|kind| kind.contains("lib") || kind == "proc-macro") {
                    packages.insert(target.name.clone(), package.name.clone());
                }
            }
        }
        Self { packages, current: UNKNOWN.to_owned(), tallies: BTreeMap::new() }
    }

    fn read(&mut self, line: &str) {
        let line = line.trim();
        if let Some(tally) = Tally::parse(line) {
            *self.tallies.entry(self.current.clone()).or_default() += tally;
        } else if let Some(name) = started(line) {
            self.current = self.packages.get(name).map_or(UNKNOWN, String::as_str).to_owned();
        }
    }

    /// A test program that crashes prints no result, so Cargo's own word counts too.
    fn finish(mut self, succeeded: bool) -> BTreeMap<String, Tally> {
        if !succeeded && self.tallies.values().all(|tally| tally.failed == 0) {
            *self.tallies.entry(UNKNOWN.to_owned()).or_default() += Tally::one(false);
        }
        self.tallies
    }
}

/// The test program or library that Cargo says it goes on to.
fn started(line: &str) -> Option<&str> {
    if let Some(library) = line.strip_prefix("Doc-tests ") {
        return Some(library);
    }
    let (_, path) = line.strip_prefix("Running ")?.strip_suffix(')')?.rsplit_once(" (")?;
    Some(file_name(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> Metadata {
        serde_json::from_str(
            r#"{"packages":[
            {"name":"my-core","id":"id-core","features":{},"publish":null,
             "targets":[{"name":"my_core","kind":["lib"]},{"name":"session","kind":["test"]}]},
            {"name":"my-sqlite","id":"id-sqlite","features":{},"publish":null,
             "targets":[{"name":"my_sqlite","kind":["lib"]},{"name":"session","kind":["test"]}]}]}"#,
        )
        .unwrap()
    }

    const MESSAGES: &str = r#"
{"reason":"compiler-artifact","package_id":"id-core","executable":"/w/target/debug/deps/session-01"}
{"reason":"compiler-artifact","package_id":"id-sqlite","executable":"/w/target/debug/deps/session-02"}
{"reason":"compiler-artifact","package_id":"id-sqlite","executable":null}
{"reason":"compiler-artifact","package_id":"id-other","executable":"/w/target/debug/deps/other-03"}
{"reason":"build-finished","success":true}
"#;

    fn result(passed: u32, failed: u32) -> String {
        format!("test result: ok. {passed} passed; {failed} failed; 0 ignored; 0 measured; 0 filtered out")
    }

    fn counted(lines: &[String], succeeded: bool) -> BTreeMap<String, Tally> {
        let metadata = metadata();
        let mut counter = Counter::new(&metadata, &programs(&metadata, MESSAGES).unwrap());
        for line in lines {
            counter.read(line);
        }
        counter.finish(succeeded)
    }

    #[test]
    fn tests_of_one_name_go_to_their_own_packages() {
        let tallies = counted(
            &[
                "     Running tests/session.rs (target/debug/deps/session-01)\n".into(),
                result(3, 0),
                "     Running tests/session.rs (target/debug/deps/session-02)\n".into(),
                result(4, 1),
                "   Doc-tests my_sqlite".into(),
                result(2, 0),
            ],
            false,
        );
        assert_eq!(tallies["my-core"], Tally { passed: 3, failed: 0, skipped: 0 });
        assert_eq!(tallies["my-sqlite"], Tally { passed: 6, failed: 1, skipped: 0 });
        assert_eq!(tallies.len(), 2);
    }

    #[test]
    fn a_crash_counts_as_a_failure() {
        let running = "Running unittests src/lib.rs (target/debug/deps/session-01)".to_owned();
        assert_eq!(counted(std::slice::from_ref(&running), false)[UNKNOWN].failed, 1);
        assert!(counted(&[running], true).is_empty());
    }

    #[test]
    fn results_without_a_known_program_are_not_lost() {
        let tallies = counted(&["Running x (target/debug/deps/new-09)".into(), result(1, 0)], true);
        assert_eq!(tallies[UNKNOWN].passed, 1);
    }
}
