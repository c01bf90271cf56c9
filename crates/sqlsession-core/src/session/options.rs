use std::time::Duration;

use crate::driver::{Begin, BeginMode, IsolationLevel};

/// The options of a session. Where a maker says nothing, the engine's hold.
///
/// ```
/// use sqlsession_core::SessionOptions;
///
/// let reports = SessionOptions::default().read_only(true);
/// # let _ = reports;
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionOptions {
    /// The isolation level of its transactions; `AUTOCOMMIT` for none.
    pub isolation_level: Option<IsolationLevel>,
    /// When its transactions take the write lock (SQLite).
    pub begin_mode: Option<BeginMode>,
    /// Refuses writes. With `AUTOCOMMIT` there is then a transaction all the same.
    pub read_only: Option<bool>,
    /// Whether the first statement begins the transaction (the default) or `begin` has to be called first.
    pub autobegin: Option<bool>,
    /// Whether pending entities are flushed before every statement. Default: yes. Otherwise `flush`, a savepoint and
    /// `commit` write them.
    pub autoflush: Option<bool>,
    /// How long a statement may run that does not say so itself. `execute_script` has no limit. A savepoint, or what else
    /// belongs to the transaction and is not COMMIT, may take 10 s longer before its connection is given up.
    pub statement_timeout: Option<Duration>,
}

impl SessionOptions {
    /// The isolation level of its transactions.
    #[must_use]
    pub fn isolation_level(mut self, level: IsolationLevel) -> Self {
        self.isolation_level = Some(level);
        self
    }

    /// When its transactions take the write lock (SQLite).
    #[must_use]
    pub fn begin_mode(mut self, mode: BeginMode) -> Self {
        self.begin_mode = Some(mode);
        self
    }

    /// Refuses writes.
    #[must_use]
    pub fn read_only(mut self, read_only: bool) -> Self {
        self.read_only = Some(read_only);
        self
    }

    /// Whether the first statement begins the transaction.
    #[must_use]
    pub fn autobegin(mut self, autobegin: bool) -> Self {
        self.autobegin = Some(autobegin);
        self
    }

    /// Whether pending entities are flushed before every statement.
    #[must_use]
    pub fn autoflush(mut self, autoflush: bool) -> Self {
        self.autoflush = Some(autoflush);
        self
    }

    /// How long a statement may run. `execute_script` has no limit; `execute_multi` has it for all its statements together.
    #[must_use]
    pub fn statement_timeout(mut self, limit: Duration) -> Self {
        self.statement_timeout = Some(limit);
        self
    }

    /// These options, and where they say nothing the others.
    #[must_use]
    pub fn or(self, others: &Self) -> Self {
        Self {
            isolation_level: self.isolation_level.or(others.isolation_level),
            begin_mode: self.begin_mode.or(others.begin_mode),
            read_only: self.read_only.or(others.read_only),
            autobegin: self.autobegin.or(others.autobegin),
            autoflush: self.autoflush.or(others.autoflush),
            statement_timeout: self.statement_timeout.or(others.statement_timeout),
        }
    }

    pub(crate) fn begin(&self) -> Begin {
        Begin::new(self.begin_mode.unwrap_or_default(), self.read_only.unwrap_or_default())
    }
}
