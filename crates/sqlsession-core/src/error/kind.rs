use std::fmt;

/// What went wrong, in the same words on every backend.
///
/// The kind decides what a program does next; [`Error`](crate::Error)'s `Display` tells a person what happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A unique or primary key constraint refused the row.
    UniqueViolation,
    /// A foreign key constraint refused the row.
    ForeignKeyViolation,
    /// A column that takes no NULL was given one.
    NotNullViolation,
    /// A CHECK constraint refused the row.
    CheckViolation,
    /// An exclusion constraint refused the row (PostgreSQL).
    ExclusionViolation,
    /// Another transaction came first (SQLSTATE 40001). Roll back and run the unit again.
    SerializationFailure,
    /// The server chose this transaction as a deadlock's victim. Roll back and run the unit again.
    Deadlock,
    /// A lock was not granted in time; on MySQL the transaction is still open.
    LockTimeout,
    /// Another writer holds the database, or the transaction's snapshot is older than the last commit (SQLite).
    Busy,
    /// The statement ran longer than its timeout.
    StatementTimeout,
    /// The statement was cancelled from outside.
    Cancelled,
    /// A future of this session was dropped while it ran; `rollback` makes the session usable again.
    Interrupted,
    /// No connection could be made.
    ConnectionFailed,
    /// No connection was made in time: `connect_timeout` ran out.
    ConnectTimeout,
    /// The connection was lost while it was in use.
    ConnectionLost,
    /// COMMIT was sent and its answer never came, or something else that may commit has not ended well: a text with COMMIT in
    /// it, MySQL's DDL or CALL, a statement in AUTOCOMMIT. What was done may or may not be durable. Never retried.
    CommitUnknown,
    /// A commit was done, and not all of what was to be inserted is there: the server has left rows out. Or, of a driver that
    /// sends BEGIN apart from its statement: BEGIN has failed and the statement has not, so that it has been committed by
    /// itself. Or the server has run, and committed, what is no statement to the driver. It cannot be rolled back. Never
    /// retried.
    StatementCommitted,
    /// The server refused the user name or password.
    Authentication,
    /// The TLS handshake failed, or the server's certificate was not accepted.
    Tls,
    /// No connection of the pool became free in time.
    PoolTimeout,
    /// The engine was closed.
    PoolClosed,
    /// The server could not parse the statement.
    Syntax,
    /// The statement names a table that does not exist.
    UndefinedTable,
    /// The statement names a column that does not exist.
    UndefinedColumn,
    /// The user may not do this.
    Privilege,
    /// A bind parameter is missing, unknown, or of a type that cannot be sent. Nothing was sent.
    BadParameter,
    /// A value is not of the type asked for.
    TypeMismatch,
    /// A value does not fit the type asked for, or the column it was meant for.
    OutOfRange,
    /// One row was asked for and there was none.
    NoRows,
    /// One row was asked for and there were several.
    SeveralRows,
    /// An entity's row is no longer what the session took it for: an UPDATE of it has matched no row. The flush has failed.
    StaleData,
    /// The call does not fit the state of the session, connection, transaction or result.
    InvalidState,
    /// A write was refused because the database, the server or the transaction is read-only.
    ReadOnly,
    /// No driver is registered for the URL's scheme.
    UnknownDialect,
    /// A URL or an option is wrong.
    Configuration,
    /// The schema changed under a prepared statement inside a transaction.
    SchemaChanged,
    /// The server, or the file, is damaged or is no database.
    Corrupt,
    /// The disk or another resource of the server is exhausted.
    ResourceExhausted,
    /// The driver or the server cannot do this.
    Unsupported,
    /// Any other error of the server; its code and message say more.
    Database,
}

impl ErrorKind {
    /// The kind in a few lower-case words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UniqueViolation => "unique violation",
            Self::ForeignKeyViolation => "foreign key violation",
            Self::NotNullViolation => "not null violation",
            Self::CheckViolation => "check violation",
            Self::ExclusionViolation => "exclusion violation",
            Self::SerializationFailure => "serialization failure",
            Self::Deadlock => "deadlock",
            Self::LockTimeout => "lock timeout",
            Self::Busy => "database busy",
            Self::StatementTimeout => "statement timeout",
            Self::Cancelled => "statement cancelled",
            Self::Interrupted => "session interrupted",
            Self::ConnectionFailed => "connection failed",
            Self::ConnectTimeout => "connect timeout",
            Self::ConnectionLost => "connection lost",
            Self::CommitUnknown => "commit outcome unknown",
            Self::StatementCommitted => "statement committed by itself",
            Self::Authentication => "authentication failed",
            Self::Tls => "tls failed",
            Self::PoolTimeout => "pool timeout",
            Self::PoolClosed => "pool closed",
            Self::Syntax => "syntax error",
            Self::UndefinedTable => "undefined table",
            Self::UndefinedColumn => "undefined column",
            Self::Privilege => "insufficient privilege",
            Self::BadParameter => "bad parameter",
            Self::TypeMismatch => "type mismatch",
            Self::OutOfRange => "value out of range",
            Self::NoRows => "no rows",
            Self::SeveralRows => "several rows",
            Self::StaleData => "stale data",
            Self::InvalidState => "invalid state",
            Self::ReadOnly => "read only",
            Self::UnknownDialect => "unknown dialect",
            Self::Configuration => "configuration error",
            Self::SchemaChanged => "schema changed",
            Self::Corrupt => "database corrupt",
            Self::ResourceExhausted => "resource exhausted",
            Self::Unsupported => "unsupported",
            Self::Database => "database error",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
