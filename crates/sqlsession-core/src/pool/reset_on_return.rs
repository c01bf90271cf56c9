use std::str::FromStr;

use crate::{Error, ErrorKind, Result};

/// What is done with a transaction that is open when a connection comes back to the pool.
///
/// It is for transactions begun on the driver's own client in AUTOCOMMIT. A session's or connection's own, as
/// SQLAlchemy's, is rolled back when it is closed or dropped without commit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResetOnReturn {
    /// It is rolled back.
    #[default]
    Rollback,
    /// It is committed.
    Commit,
    /// It stays open: only for connections that never hold one.
    None,
}

impl FromStr for ResetOnReturn {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.to_ascii_lowercase().as_str() {
            "rollback" => Ok(Self::Rollback),
            "commit" => Ok(Self::Commit),
            "none" => Ok(Self::None),
            _ => Err(Error::new(
                ErrorKind::Configuration,
                format!("unknown reset_on_return {text:?}: use rollback, commit or none"),
            )),
        }
    }
}
