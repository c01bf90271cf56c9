use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{header, python, results};
use crate::backend::{BACKENDS, Backend};
use crate::workspace::{cargo, root};

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// How long it takes.
    Time,
    /// Allocations, round trips, memory.
    Costs,
    /// Instructions, under callgrind.
    Instructions,
}

impl Kind {
    /// The program of the benchmark that does it: what counts is one of its own, because counting costs time.
    fn program(self) -> &'static str {
        match self {
            Self::Time => "sqlsession-bench",
            Self::Costs | Self::Instructions => "sqlsession-bench-costs",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Costs => "costs",
            Self::Instructions => "instructions",
        }
    }
}

/// What the command line asks for.
#[derive(Debug, PartialEq)]
pub struct Wanted {
    /// What is looked at.
    pub kind: Kind,
    /// These only; empty means all, and the pool.
    pub backends: Vec<&'static Backend>,
    /// The sizes that the targets are stated for.
    pub full: bool,
    /// SQLAlchemy takes part.
    pub python: bool,
    /// The rounds and the word of the cases, as they came.
    pub words: Vec<String>,
}

/// Builds the benchmark, a workspace of its own, and runs it. What a whole run measured is kept under `bench/results`, a file
/// for each backend; a run of some cases is only printed. Answers whether all ended well.
///
/// With `taskset` it is kept on one core together with the servers it starts, so that the ratios are of software and not of
/// the scheduler.
///
/// # Errors
/// Cargo or the benchmark cannot be run, or a file cannot be written.
pub fn run(wanted: &Wanted) -> Result<bool> {
    let folder = root().join("bench");
    let program = wanted.kind.program();
    let built = cargo()
        .args(["build", "--release", "--locked", "--bin", program])
        .current_dir(&folder)
        .status()
        .context("run cargo")?;
    if !built.success() {
        return Ok(false);
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| folder.join("target"), Into::into);
    let program = target.join("release").join(program);
    let interpreter = if wanted.python { Some(python::interpreter(&target)?) } else { None };
    let mut groups: Vec<&str> = wanted.backends.iter().map(|backend| backend.name).collect();
    if groups.is_empty() {
        groups = BACKENDS.iter().map(|backend| backend.name).collect();
        if wanted.kind == Kind::Time {
            groups.insert(0, "pool");
        }
    }
    let mut all_good = true;
    for group in groups {
        let mut command = on_one_core(&program, wanted.kind, &target)?;
        if wanted.full {
            command.arg("--full");
        }
        command.args(["--backend", group]).args(&wanted.words);
        if let Some(interpreter) = &interpreter {
            command.env("SQLSESSION_BENCH_PYTHON", interpreter);
        }
        // A second word is that of the cases.
        if wanted.words.len() < 2 {
            let file = results::file(group, wanted.kind.word());
            header::begin(&file, group, wanted)?;
            command.env("SQLSESSION_BENCH_RESULTS", file);
        }
        all_good &= command.status().context("run the benchmark")?.success();
    }
    Ok(all_good)
}

fn on_one_core(program: &Path, kind: Kind, target: &Path) -> Result<Command> {
    if kind == Kind::Instructions {
        return under_callgrind(program, target.join("callgrind"));
    }
    let has_taskset = Command::new("taskset").arg("--version").output().is_ok();
    if !has_taskset {
        eprintln!("note: no taskset here, so the benchmark may move between cores");
        return Ok(Command::new(program));
    }
    let mut command = Command::new("taskset");
    command.args(["-c", "0"]).arg(program);
    Ok(command)
}

fn under_callgrind(program: &Path, folder: PathBuf) -> Result<Command> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        bail!("valgrind is not installed; on Debian: apt-get install valgrind");
    }
    std::fs::create_dir_all(&folder).context("make a folder for callgrind")?;
    let mut command = Command::new("valgrind");
    command.args(["--quiet", "--tool=callgrind"]);
    command.arg(format!("--callgrind-out-file={}", folder.join("out.%p").display()));
    command.arg(program).env("SQLSESSION_BENCH_CALLGRIND", folder);
    Ok(command)
}
