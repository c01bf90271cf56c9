use anyhow::{Result, bail};
use lexopt::prelude::*;

use crate::Backend;

/// What the program prints for `--help`.
pub const HELP: &str = "\
Sessions at full load for minutes: memory stays as it is, here and on the server.

Usage: sqlsession-soak [OPTIONS]

  --backend NAME[,NAME]  sqlite, postgres, mysql (default: all); several run side by side
  --seconds N            for how long (default: 600)

Ends with status 1 when memory has grown after the warm-up, when the server has more connections or prepared
statements than the pool may have, when a statement failed that should not have, or when something is left at the end.
";

/// What the program is to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Request {
    /// Print [`HELP`].
    Help,
    /// Soak.
    Run(Arguments),
}

/// Which backends, for how long.
#[derive(Debug, PartialEq, Eq)]
pub struct Arguments {
    /// The backends.
    pub backends: Vec<Backend>,
    /// How long each of them is under load.
    pub seconds: u64,
}

impl Request {
    /// Reads the arguments.
    ///
    /// # Errors
    /// An unknown option or backend, or a value that is missing or no number.
    pub fn parse(mut parser: lexopt::Parser) -> Result<Self> {
        let (mut backends, mut seconds) = (Vec::new(), 600);
        while let Some(argument) = parser.next()? {
            match argument {
                Short('h') | Long("help") => return Ok(Self::Help),
                Long("backend") => {
                    for name in parser.value()?.string()?.split(',') {
                        backends.push(Backend::named(name.trim())?);
                    }
                }
                Long("seconds") => seconds = parser.value()?.parse()?,
                _ => return Err(argument.unexpected().into()),
            }
        }
        if seconds == 0 {
            bail!("--seconds wants 1 or more");
        }
        if backends.is_empty() {
            backends.extend(Backend::ALL);
        }
        Ok(Self::Run(Arguments { backends, seconds }))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn parse(words: &str) -> Result<Request> {
        Request::parse(lexopt::Parser::from_args(words.split_whitespace()))
    }

    #[test]
    fn arguments_have_defaults_and_limits() {
        let all = Arguments { backends: Backend::ALL.to_vec(), seconds: 600 };
        assert_eq!(parse("").unwrap(), Request::Run(all));
        let two = Arguments { backends: vec![Backend::Mysql, Backend::Sqlite], seconds: 5 };
        assert_eq!(parse("--backend mysql,sqlite --seconds 5").unwrap(), Request::Run(two));
        assert_eq!(parse("--help").unwrap(), Request::Help);
        assert!(parse("--backend oracle").unwrap_err().to_string().contains("oracle"));
        assert!(parse("--seconds 0").is_err());
        assert!(parse("--fast").is_err());
    }
}
