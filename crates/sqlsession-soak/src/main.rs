//! `sqlsession-soak`: see `--help`. `cargo xtask soak` runs it in release mode.

use std::process::{Child, Command, ExitCode};

use anyhow::{Context, Result};
use sqlsession_soak::{Arguments, Backend, HELP, Request, run};

fn main() -> ExitCode {
    match start() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether nothing has grown.
fn start() -> Result<bool> {
    let Arguments { backends, seconds } = match Request::parse(lexopt::Parser::from_env())? {
        Request::Help => {
            print!("{HELP}");
            return Ok(true);
        }
        Request::Run(arguments) => arguments,
    };
    if let [backend] = backends.as_slice() {
        let report = run(*backend, seconds)?;
        println!("{report}");
        return Ok(report.is_good());
    }
    // Each has a process of its own, whose memory is its own.
    let started: Result<Vec<Child>> = backends.iter().map(|backend| child(*backend, seconds)).collect();
    let mut good = true;
    for mut child in started? {
        good &= child.wait().context("wait for a process")?.success();
    }
    Ok(good)
}

fn child(backend: Backend, seconds: u64) -> Result<Child> {
    let program = std::env::current_exe().context("find this program")?;
    let seconds = seconds.to_string();
    Command::new(program)
        .args(["--backend", backend.name(), "--seconds", &seconds])
        .spawn()
        .context("start a process")
}
