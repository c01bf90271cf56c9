//! `cargo xtask`: the project's own commands. Run it without arguments for the list.

use std::process::ExitCode;

use anyhow::Result;
use xtask::args::{self, Command};
use xtask::{
    bench, chaos, conformance, features, fetch, minimal_versions, package, round_trips, servers, soak,
    test_all, trace_cost,
};

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool> {
    match args::parse(lexopt::Parser::from_env())? {
        Command::Help => {
            print!("{}", args::HELP);
            Ok(true)
        }
        Command::Servers { action, backends } => servers::run(action, &backends).map(|()| true),
        Command::FetchMysql => fetch::mysql().map(|()| true),
        Command::TestAll => test_all::run(),
        Command::Conformance { backends, drivers, client, dirs } => {
            conformance::run(&backends, &drivers, client.unwrap_or_default(), &dirs)
        }
        Command::RoundTrips { backends } => round_trips::run(&backends),
        Command::Bench(wanted) => bench::run(&wanted),
        Command::BuildCost(word) => bench::build_cost(word.as_deref()),
        Command::BenchReport => bench::report(),
        Command::Chaos { backends, seconds, seed } => chaos::run(&backends, seconds, seed),
        Command::Soak { backends, seconds } => soak::run(&backends, seconds),
        Command::CheckFeatures => features::run(),
        Command::TraceCost => trace_cost::run().map(|()| true),
        Command::Package => package::run(),
        Command::MinimalVersions => minimal_versions::run(),
    }
}
