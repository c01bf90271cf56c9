//! `sqlsession-chaos`: see `--help`. `cargo xtask chaos` runs it in release mode.

use std::process::ExitCode;

use anyhow::{Context, Result};
use sqlsession_chaos::{Arguments, HELP, Options, Request, run, work};

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

/// Whether there was no violation.
fn start() -> Result<bool> {
    match Request::parse(lexopt::Parser::from_env())? {
        Request::Help => {
            print!("{HELP}");
            Ok(true)
        }
        Request::Work { url, seed, number } => work(&url, seed, number),
        Request::Run(Arguments { targets, seconds, seed }) => {
            let program = std::env::current_exe().context("find this program")?;
            let mut good = true;
            for target in targets {
                println!("{target}: {seconds} s, seed {seed}");
                let report = run(target, &Options { seconds, seed, program: program.clone() })?;
                println!("{report}");
                good &= report.is_good();
            }
            Ok(good)
        }
    }
}
