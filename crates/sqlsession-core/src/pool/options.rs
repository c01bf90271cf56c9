use std::{str::FromStr, time::Duration};

use crate::{Error, ErrorKind, Result};

/// How many connections an engine keeps and how they are handed out. The names and defaults are SQLAlchemy's.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolOptions {
    /// Connections kept open when nobody uses them. Default 5; 0 keeps any number.
    pub pool_size: usize,
    /// Connections opened on top of them when all are in use, and closed when they come back. Default 10; -1 opens any
    /// number.
    pub max_overflow: i64,
    /// How long a checkout waits for a connection to come back. Default 30 s.
    pub pool_timeout: Duration,
    /// A connection older than this is replaced at its next checkout. Default: never.
    pub pool_recycle: Option<Duration>,
    /// Asks a connection whether it is alive at each checkout but its first, and replaces it if not. Default: no.
    pub pool_pre_ping: bool,
    /// Lends the connection that came back last. Default: yes, so that idle ones stay idle (SQLAlchemy: no).
    pub pool_use_lifo: bool,
    /// What is done with a transaction that is open when a connection comes back. Default: rollback.
    pub reset_on_return: ResetOnReturn,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            pool_size: 5,
            max_overflow: 10,
            pool_timeout: Duration::from_secs(30),
            pool_recycle: None,
            pool_pre_ping: false,
            pool_use_lifo: true,
            reset_on_return: ResetOnReturn::Rollback,
        }
    }
}

/// Stands for "any number": deadpool reserves room for every slot, so it has to be finite.
const UNLIMITED: usize = 4096;

impl PoolOptions {
    pub(super) fn max_size(&self) -> usize {
        match usize::try_from(self.max_overflow) {
            Ok(overflow) if self.pool_size > 0 => self.pool_size.saturating_add(overflow).min(UNLIMITED),
            _ => UNLIMITED,
        }
    }

    pub(super) fn max_idle(&self) -> usize {
        if self.pool_size == 0 { UNLIMITED } else { self.pool_size }
    }

    pub(crate) fn check(&self) -> Result<()> {
        if self.max_overflow < -1 {
            return Err(Error::new(
                ErrorKind::Configuration,
                format!("max_overflow is {}: use -1 for any number, or 0 and more", self.max_overflow),
            ));
        }
        if self.pool_size > UNLIMITED {
            return Err(Error::new(
                ErrorKind::Configuration,
                format!("pool_size is {}: at most {UNLIMITED}, or 0 for any number", self.pool_size),
            ));
        }
        Ok(())
    }
}

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
