use std::time::Duration;

use super::{PoolClass, PrePing, ResetOnReturn};
use crate::{Error, ErrorKind, Result};

/// How many connections an engine keeps and how they are handed out. The names and defaults are SQLAlchemy's, but for
/// [`pool_use_lifo`](Self::pool_use_lifo).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolOptions {
    /// What kind of pool it is. Default: queue.
    pub pool_class: PoolClass,
    /// Connections kept open when nobody uses them. Default 5; 0 keeps any number, which is 4096 at most.
    pub pool_size: usize,
    /// Connections opened on top of them when all are in use, and closed when they come back and nobody waits for one.
    /// Default 10; -1 opens any number, which is 4096 at most with those that are kept.
    pub max_overflow: i64,
    /// Idle connections that are opened ahead of demand, by the engine's background task, as long as `pool_size` leaves
    /// room for them beside those in use. Default 0.
    ///
    /// A blocking engine has no background: there, `warm_up` opens them.
    pub min_idle: usize,
    /// How long a checkout waits for a connection to come back. Default 30 s. The real time counts, also where tokio's is paused.
    pub pool_timeout: Duration,
    /// How long opening a connection may take in all. Default: what the URL says of each host, or the driver.
    pub connect_timeout: Option<Duration>,
    /// A connection older than this is replaced at its next checkout, or closed before by what else keeps the pool up.
    /// Default: never.
    pub pool_recycle: Option<Duration>,
    /// A connection is closed at this age, less up to a tenth of it by chance, so that those opened together do not end
    /// together: while it is idle, or when it comes back. Default: never.
    pub max_lifetime: Option<Duration>,
    /// A connection that nobody has used for so long is closed, unless it is one of the last `min_idle`. Default: never.
    pub idle_timeout: Option<Duration>,
    /// When a connection is asked whether it is alive before it is lent. Default: never.
    pub pool_pre_ping: PrePing,
    /// Lends the connection that came back last. Default: yes, so that idle ones stay idle (SQLAlchemy: no).
    pub pool_use_lifo: bool,
    /// What is done with a transaction that is open when a connection comes back. Default: rollback.
    pub reset_on_return: ResetOnReturn,
    /// Remembers where each connection was taken, so that a `PoolTimeout` can tell who holds the oldest. Default: no: it
    /// takes a backtrace at each checkout.
    pub leak_detection: bool,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            pool_class: PoolClass::Queue,
            pool_size: 5,
            max_overflow: 10,
            min_idle: 0,
            pool_timeout: Duration::from_secs(30),
            connect_timeout: None,
            pool_recycle: None,
            max_lifetime: None,
            idle_timeout: None,
            pool_pre_ping: PrePing::Never,
            pool_use_lifo: true,
            reset_on_return: ResetOnReturn::Rollback,
            leak_detection: false,
        }
    }
}

/// Stands for "any number": deadpool reserves room for every slot, so it has to be finite.
const UNLIMITED: usize = 4096;

impl PoolOptions {
    /// The option `pool_size` as the class has it; 0 for any number.
    pub(super) fn size(&self) -> usize {
        match self.pool_class {
            PoolClass::Queue => self.pool_size,
            PoolClass::Null => 0,
            PoolClass::Static => 1,
        }
    }

    pub(super) fn max_size(&self) -> usize {
        match (self.pool_class, usize::try_from(self.max_overflow)) {
            (PoolClass::Static, _) => 1,
            (PoolClass::Queue, Ok(overflow)) if self.pool_size > 0 => {
                self.pool_size.saturating_add(overflow).min(UNLIMITED)
            }
            _ => UNLIMITED,
        }
    }

    pub(super) fn max_idle(&self) -> usize {
        match self.pool_class {
            PoolClass::Null => 0,
            PoolClass::Static => 1,
            PoolClass::Queue if self.pool_size == 0 => UNLIMITED,
            PoolClass::Queue => self.pool_size,
        }
    }

    /// How long a connection lives, less what chance takes of it. That of a static pool lives on.
    pub(super) fn lifetime(&self) -> Option<Duration> {
        self.max_lifetime.filter(|_| self.pool_class != PoolClass::Static)
    }

    /// Whether it matters since when a connection is idle.
    pub(super) fn minds_idleness(&self) -> bool {
        self.idle_timeout.is_some() || matches!(self.pool_pre_ping, PrePing::AfterIdle(_))
    }

    pub(crate) fn check(&self) -> Result<()> {
        let wrong = |words: String| Err(Error::new(ErrorKind::Configuration, words));
        if self.max_overflow < -1 {
            return wrong(format!(
                "max_overflow is {}: use -1 for any number, or 0 and more",
                self.max_overflow
            ));
        }
        if self.pool_size > UNLIMITED {
            return wrong(format!(
                "pool_size is {}: at most {UNLIMITED}, or 0 for any number",
                self.pool_size
            ));
        }
        if self.max_lifetime.is_some_and(|age| age.is_zero()) {
            return wrong("max_lifetime is 0: no connection would ever be kept".to_owned());
        }
        if self.min_idle > self.max_idle() {
            return wrong(format!(
                "min_idle is {}, and the pool keeps {} idle connections at most",
                self.min_idle,
                self.max_idle()
            ));
        }
        Ok(())
    }
}
