//! Command-line arguments.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;

use crate::stage::CHILD;
use crate::target::Target;

/// What the program prints for `--help`.
pub const HELP: &str = "\
Bank transfers under faults: nothing lost, nothing doubled, nothing leaked.

Usage: sqlsession-chaos [OPTIONS]

  --backend NAME[,NAME]  sqlite, postgres, mysql (MariaDB, and MySQL where it is installed), mariadb (default: all)
  --seconds N            how long each of them is attacked (default: 60)
  --seed N               what decides the faults, the transfers and the cancels (default: the time; it is printed)

Ends with status 1 when anything was lost, doubled or leaked, hung, or failed in a way that no fault explains.
";

/// What the program is to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Request {
    /// Print [`HELP`].
    Help,
    /// Attack.
    Run(Arguments),
    /// Be a worker process of another one.
    Work {
        /// The database.
        url: String,
        /// The seed of the run.
        seed: u64,
        /// Which worker process it is.
        number: u64,
    },
}

/// Whom to attack, for how long.
#[derive(Debug, PartialEq, Eq)]
pub struct Arguments {
    /// The databases.
    pub targets: Vec<Target>,
    /// How long each of them is attacked.
    pub seconds: u64,
    /// What decides everything.
    pub seed: u64,
}

impl Request {
    /// Reads the arguments.
    ///
    /// # Errors
    /// An unknown option or backend, or a value that is missing or no number.
    pub fn parse(mut parser: lexopt::Parser) -> Result<Self> {
        let mut targets = Vec::new();
        let (mut seconds, mut seed) = (60, None);
        while let Some(argument) = parser.next()? {
            match argument {
                Short('h') | Long("help") => return Ok(Self::Help),
                Long("backend") => {
                    for name in parser.value()?.string()?.split(',') {
                        targets.extend(Target::of_backend(name.trim())?);
                    }
                }
                Long("seconds") => seconds = parser.value()?.parse()?,
                Long("seed") => seed = Some(parser.value()?.parse()?),
                Value(word) if word == CHILD => {
                    let url = parser.value()?.string()?;
                    let (seed, number) = (parser.value()?.parse()?, parser.value()?.parse()?);
                    return Ok(Self::Work { url, seed, number });
                }
                _ => return Err(argument.unexpected().into()),
            }
        }
        if seconds == 0 {
            bail!("--seconds 0 attacks nobody");
        }
        if targets.is_empty() {
            for name in Target::BACKENDS {
                targets.extend(Target::of_backend(name)?);
            }
        }
        let seed = match seed {
            Some(seed) => seed,
            None => SystemTime::now().duration_since(UNIX_EPOCH).context("read the clock")?.as_secs(),
        };
        Ok(Self::Run(Arguments { targets, seconds, seed }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &str) -> Result<Request> {
        Request::parse(lexopt::Parser::from_args(words.split_whitespace()))
    }

    #[test]
    fn options_are_read() {
        let arguments = Arguments { targets: vec![Target::Postgres, Target::Sqlite], seconds: 7, seed: 9 };
        assert_eq!(
            parsed("--backend postgres,sqlite --seconds 7 --seed 9").unwrap(),
            Request::Run(arguments)
        );
        assert_eq!(parsed("--seed 1 --help").unwrap(), Request::Help);
        let work = Request::Work { url: "sqlite:///a".into(), seed: 3, number: 4 };
        assert_eq!(parsed("worker-process sqlite:///a 3 4").unwrap(), work);
    }

    #[test]
    fn without_options_every_backend_is_attacked() {
        let Request::Run(arguments) = parsed("").unwrap() else { panic!() };
        assert!(arguments.targets.starts_with(&[Target::Sqlite, Target::Postgres, Target::Mariadb]));
    }

    #[test]
    fn mistakes_are_named() {
        let message = |words| parsed(words).unwrap_err().to_string();
        assert!(message("--backend oracle").contains("oracle"));
        assert!(message("--seconds 0").contains("nobody"));
        assert!(message("--seconds x").contains('x'));
        assert!(message("more").contains("more"));
    }
}
