use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::root;

/// An interpreter that has what SQLAlchemy needs, in a virtual environment under `target`. It is filled by `pip` when what is
/// listed has changed.
///
/// # Errors
/// There is no Python, or `pip` cannot bring what is listed.
pub(super) fn interpreter(target: &Path) -> Result<PathBuf> {
    let listed = root().join("bench/python/requirements.txt");
    let wanted = std::fs::read_to_string(&listed).context("read what Python needs")?;
    let environment = target.join("python");
    let interpreter = environment.join("bin/python");
    let mark = environment.join("requirements.txt");
    if std::fs::read_to_string(&mark).is_ok_and(|has| has == wanted) {
        return Ok(interpreter);
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    run(Command::new(&interpreter).args(["-m", "pip", "install", "--quiet", "-r"]).arg(&listed))?;
    std::fs::write(mark, wanted).context("note what Python has")?;
    Ok(interpreter)
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("run {command:?}"))?;
    if !status.success() {
        bail!("{command:?} failed; without --python the benchmark needs none of it");
    }
    Ok(())
}
