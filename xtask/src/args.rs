//! Command-line arguments.

use std::path::PathBuf;

use anyhow::{Result, bail};
use lexopt::prelude::*;

use sqlsession_conformance::Client;

use crate::backend::{BACKENDS, Backend, backend};
use crate::bench::{Kind, Wanted};
use crate::driver::Driver;

/// What `cargo xtask` prints without arguments.
pub const HELP: &str = "\
The project's own commands.

Usage: cargo xtask COMMAND [OPTIONS]

Commands:
  test-all         every test of every backend in this tree, with the servers they need
  conformance      the behaviour every backend must show
                     --backend NAME[,NAME]  only these (default: every backend in this tree)
                     --driver NAME          native, or sqlx (default: one after the other)
                     --client NAME          async (the default), or blocking
                     --dir PATH             scenarios from this folder; may be repeated
  servers start    start private test servers in the background, print their URLs as shell lines
  servers stop     stop them and remove their folders
  servers status   list them
                     --backend NAME[,NAME]  only these (default: every backend with a server)
  servers fetch-mysql
                   unpack MySQL of Debian's newest packages in SQLSESSION_MYSQLD_ROOT, else under target,
                   for the tests; nothing is installed
  round-trips      what sessions cost on the wire, statement by statement; part of test-all as well
                     --backend NAME[,NAME]  only these (default: every backend with such a table)
  bench [ROUNDS] [WORD]
                   sqlsession beside the raw drivers and its peers, on one core; only the cases with this word in their
                   name (default: 5 rounds of all); without a word the results are kept under bench/results
                     --backend NAME[,NAME]  only these (default: the pool, and every backend)
                     --full                 a million rows, and not so many that it is done in minutes
                     --python               SQLAlchemy takes part; pip brings it
  bench costs, bench instructions
                   what the same calls cost beside time: allocations, round trips, memory; instructions, by valgrind
  bench build-cost [WORD]
                   what small programs on each library cost to build
  bench report     tables and pictures of what was kept, under bench/report
  chaos            bank transfers under faults: cut connections, killed servers and processes, dropped futures; nothing may
                   be lost, doubled or leaked
                     --backend NAME[,NAME]  only these (default: every backend in this tree)
                     --seconds N            how long each of them is attacked (default: 60)
                     --seed N               what decides the faults and the transfers (default: the time; it is printed)
  soak             sessions at full load for minutes: memory stays as it is, here and on the server
                     --backend NAME[,NAME]  only these, side by side (default: every backend)
                     --seconds N            for how long (default: 600)
  check-features   lint every published crate with no feature, with each feature alone, with all
  trace-cost       instructions of a point select, with those who watch it and without; needs valgrind
  package          pack every published crate, and build each from what was packed
  minimal-versions check the published crates on the oldest direct dependencies that they allow; needs nightly as well

A server is looked for in this order: the URL in SQLSESSION_<BACKEND>_URL, a Docker engine,
server programs of this machine, and, as root on Debian or Ubuntu, apt-get.
Some tests start servers by themselves; test-all installs their programs in the same way.
Where MariaDB of this machine serves the tests of MySQL, test-all runs them on MySQL itself as well: it fetches
it as `servers fetch-mysql` does, and says so where that is not possible.
";

/// One command with its options.
#[derive(Debug, PartialEq)]
pub enum Command {
    /// Print [`HELP`].
    Help,
    /// Start, stop or list test servers.
    Servers {
        /// What to do.
        action: ServersAction,
        /// For which backends; all of them have a server.
        backends: Vec<&'static Backend>,
    },
    /// Bring the programs of MySQL.
    FetchMysql,
    /// Run every test.
    TestAll,
    /// Run the conformance scenarios.
    Conformance {
        /// The backends named; empty means all that exist.
        backends: Vec<&'static Backend>,
        /// The drivers named; empty means all.
        drivers: Vec<Driver>,
        /// By which of the library's faces.
        client: Option<Client>,
        /// Folders with scenarios; empty means the crate's own.
        dirs: Vec<PathBuf>,
    },
    /// Print what sessions cost on the wire.
    RoundTrips {
        /// The backends named; empty means all that have such a table.
        backends: Vec<&'static Backend>,
    },
    /// Measure.
    Bench(Wanted),
    /// Measure what programs cost to build, those with this word in their name.
    BuildCost(Option<String>),
    /// Show what was measured.
    BenchReport,
    /// Attack.
    Chaos {
        /// The backends named; empty means all that exist.
        backends: Vec<&'static Backend>,
        /// How long, if that is said.
        seconds: Option<u64>,
        /// By which seed, if that is said.
        seed: Option<u64>,
    },
    /// Put backends under load for minutes.
    Soak {
        /// The backends named; empty means all.
        backends: Vec<&'static Backend>,
        /// For how long, if it is said.
        seconds: Option<u64>,
    },
    /// Lint each feature of each published crate alone.
    CheckFeatures,
    /// Count what watching costs.
    TraceCost,
    /// Pack what is published.
    Package,
    /// Check on the oldest dependencies.
    MinimalVersions,
}

/// The verbs of `cargo xtask servers`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServersAction {
    /// Start and leave running.
    Start,
    /// Stop and clean up.
    Stop,
    /// List.
    Status,
}

/// Reads the arguments.
///
/// # Errors
/// An unknown command, option or backend, or a missing value.
pub fn parse(mut parser: lexopt::Parser) -> Result<Command> {
    let mut words: Vec<String> = Vec::new();
    let mut backends: Option<Vec<&'static Backend>> = None;
    let (mut dirs, mut drivers, mut client) = (Vec::new(), Vec::new(), None);
    let (mut seconds, mut seed) = (None, None);
    let (mut full, mut python) = (false, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help),
            Long("backend") => {
                let names = parser.value()?.string()?;
                backends.get_or_insert_default().extend(named(&names)?);
            }
            Long("driver") => drivers.push(Driver::named(&parser.value()?.string()?)?),
            Long("client") => client = Some(parser.value()?.parse()?),
            Long("seconds") => seconds = Some(parser.value()?.parse()?),
            Long("seed") => seed = Some(parser.value()?.parse()?),
            Long("full") => full = true,
            Long("python") => python = true,
            Long("dir") => dirs.push(PathBuf::from(parser.value()?)),
            Value(word) => words.push(word.string()?),
            Short(_) | Long(_) => return Err(argument.unexpected().into()),
        }
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let command = match words.as_slice() {
        [] | ["help"] => Command::Help,
        ["servers", "fetch-mysql"] => Command::FetchMysql,
        ["servers", verb] => {
            let action = match *verb {
                "start" => ServersAction::Start,
                "stop" => ServersAction::Stop,
                "status" => ServersAction::Status,
                other => bail!("unknown action {other:?}: want start, stop, status or fetch-mysql"),
            };
            Command::Servers { action, backends: with_server(backends.take())? }
        }
        ["servers"] => bail!("want one of: servers start, servers stop, servers status, servers fetch-mysql"),
        ["test-all"] => Command::TestAll,
        ["conformance"] => Command::Conformance {
            backends: backends.take().unwrap_or_default(),
            drivers: std::mem::take(&mut drivers),
            client: client.take(),
            dirs: std::mem::take(&mut dirs),
        },
        ["round-trips"] => Command::RoundTrips { backends: backends.take().unwrap_or_default() },
        ["soak"] => Command::Soak { backends: backends.take().unwrap_or_default(), seconds: seconds.take() },
        ["check-features"] => Command::CheckFeatures,
        ["trace-cost"] => Command::TraceCost,
        ["package"] => Command::Package,
        ["minimal-versions"] => Command::MinimalVersions,
        ["chaos"] => Command::Chaos {
            backends: backends.take().unwrap_or_default(),
            seconds: seconds.take(),
            seed: seed.take(),
        },
        ["bench", "report"] => Command::BenchReport,
        ["bench", "build-cost"] => Command::BuildCost(None),
        ["bench", "build-cost", word] => Command::BuildCost(Some((*word).to_owned())),
        ["bench", rest @ ..] => {
            let (kind, words) = match rest {
                ["costs", words @ ..] => (Kind::Costs, words),
                ["instructions", words @ ..] => (Kind::Instructions, words),
                words => (Kind::Time, words),
            };
            Command::Bench(Wanted {
                kind,
                backends: backends.take().unwrap_or_default(),
                full: std::mem::take(&mut full),
                python: std::mem::take(&mut python),
                words: words.iter().map(|word| (*word).to_owned()).collect(),
            })
        }
        [first, ..] => bail!("unknown command {first:?} or too many words; `cargo xtask` lists the commands"),
    };
    if backends.is_some() {
        bail!("this command takes no --backend");
    }
    if !dirs.is_empty() || !drivers.is_empty() || client.is_some() {
        bail!("this command takes no --dir, no --driver and no --client");
    }
    if seconds.is_some() || seed.is_some() {
        bail!("this command takes no --seconds and no --seed");
    }
    if full || python {
        bail!("this command takes no --full and no --python");
    }
    Ok(command)
}

fn named(names: &str) -> Result<Vec<&'static Backend>> {
    names.split(',').map(|name| backend(name.trim())).collect()
}

fn with_server(chosen: Option<Vec<&'static Backend>>) -> Result<Vec<&'static Backend>> {
    let Some(chosen) = chosen else {
        return Ok(BACKENDS.iter().filter(|backend| backend.server.is_some()).collect());
    };
    for backend in &chosen {
        if backend.server.is_none() {
            bail!("{} needs no server", backend.name);
        }
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &str) -> Result<Command> {
        parse(lexopt::Parser::from_args(words.split_whitespace()))
    }

    fn message(words: &str) -> String {
        parsed(words).unwrap_err().to_string()
    }

    fn names(backends: &[&Backend]) -> Vec<&'static str> {
        backends.iter().map(|backend| backend.name).collect()
    }

    #[test]
    fn nothing_and_help_ask_for_help() {
        for words in ["", "help", "--help", "-h", "test-all --help"] {
            assert_eq!(parsed(words).unwrap(), Command::Help, "{words:?}");
        }
    }

    #[test]
    fn servers_default_to_every_backend_with_a_server() {
        let Command::Servers { action, backends } = parsed("servers start").unwrap() else { panic!() };
        assert_eq!(action, ServersAction::Start);
        assert_eq!(names(&backends), ["postgres", "mysql"]);
    }

    #[test]
    fn backends_are_separated_by_commas_or_repeated() {
        let Command::Servers { action, backends } =
            parsed("servers stop --backend mysql --backend=postgres").unwrap()
        else {
            panic!()
        };
        assert_eq!((action, names(&backends)), (ServersAction::Stop, vec!["mysql", "postgres"]));
        let Command::Conformance { backends, drivers, client, dirs } =
            parsed("conformance --backend sqlite,mysql --driver sqlx --client blocking --dir a --dir b")
                .unwrap()
        else {
            panic!()
        };
        assert_eq!(names(&backends), ["sqlite", "mysql"]);
        assert_eq!((drivers, client), (vec![Driver::Sqlx], Some(Client::Blocking)));
        assert_eq!(dirs, [PathBuf::from("a"), PathBuf::from("b")]);
    }

    #[test]
    fn programs_are_fetched_for_no_backend() {
        assert_eq!(parsed("servers fetch-mysql").unwrap(), Command::FetchMysql);
        assert!(message("servers fetch-mysql --backend mysql").contains("no --backend"));
    }

    #[test]
    fn conformance_without_options_names_nothing() {
        assert_eq!(
            parsed("conformance").unwrap(),
            Command::Conformance {
                backends: Vec::new(),
                drivers: Vec::new(),
                client: None,
                dirs: Vec::new()
            }
        );
    }

    #[test]
    fn chaos_passes_on_what_is_said() {
        let Command::Chaos { backends, seconds, seed } =
            parsed("chaos --backend mysql --seconds 120 --seed 7").unwrap()
        else {
            panic!()
        };
        assert_eq!((names(&backends), seconds, seed), (vec!["mysql"], Some(120), Some(7)));
        let nothing = Command::Chaos { backends: Vec::new(), seconds: None, seed: None };
        assert_eq!(parsed("chaos").unwrap(), nothing);
    }

    #[test]
    fn a_soak_has_a_time() {
        let Command::Soak { backends, seconds } = parsed("soak --backend sqlite --seconds 9").unwrap() else {
            panic!()
        };
        assert_eq!((names(&backends), seconds), (vec!["sqlite"], Some(9)));
        assert_eq!(parsed("soak").unwrap(), Command::Soak { backends: Vec::new(), seconds: None });
        assert!(message("bench --seconds 9").contains("no --seconds"));
        assert!(message("soak --seed 9").contains("no --seed"));
    }

    #[test]
    fn a_benchmark_is_of_time_unless_another_word_is_said() {
        let wanted = |words: &str| match parsed(words).unwrap() {
            Command::Bench(wanted) => wanted,
            other => panic!("{other:?}"),
        };
        let time = wanted("bench --backend mysql --full 3 select");
        assert_eq!((time.kind, names(&time.backends), time.full), (Kind::Time, vec!["mysql"], true));
        assert_eq!(time.words, ["3", "select"]);
        assert_eq!(wanted("bench costs --python").kind, Kind::Costs);
        assert_eq!(wanted("bench instructions").kind, Kind::Instructions);
        assert_eq!(parsed("bench report").unwrap(), Command::BenchReport);
        assert_eq!(parsed("bench build-cost sqlx").unwrap(), Command::BuildCost(Some("sqlx".to_owned())));
        assert!(message("bench report --full").contains("no --full"));
    }

    #[test]
    fn mistakes_are_named() {
        assert!(message("servers").contains("servers start"));
        assert!(message("servers pause").contains("\"pause\""));
        assert!(message("servers start --backend sqlite").contains("sqlite needs no server"));
        assert!(message("servers start --backend oracle").contains("\"oracle\""));
        assert!(message("frobnicate").contains("\"frobnicate\""));
        assert!(message("test-all --backend sqlite").contains("no --backend"));
        assert!(message("test-all --dir x").contains("no --dir"));
        assert!(message("test-all --seed 1").contains("no --seed"));
        assert!(message("chaos --seconds soon").contains("soon"));
        assert!(message("test-all more").contains("too many words"));
        assert!(message("conformance --backend").contains("--backend"));
        assert!(message("conformance --client sync").contains("\"sync\""));
        assert!(message("--fast").contains("--fast"));
    }
}
