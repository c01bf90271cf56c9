use std::{borrow::Cow, convert::Infallible, error::Error as StdError, fmt, sync::Arc};

use super::{Details, ErrorKind};

/// A `Result` with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of any backend: its [kind](ErrorKind), the message, the server's details and the cause.
///
/// One word wide. `Display` carries the server's message; the text of the statement is kept beside it
/// ([`statement`](Self::statement)), the values of its parameters never are.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    details: Details,
    statement: Option<Arc<str>>,
    /// Shared, so that several who meet the same failure can be told the same.
    cause: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of this kind. The message is a lower-case fragment without a full stop.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            details: Details::default(),
            statement: None,
            cause: None,
        }))
    }

    /// An error of this kind that says what its cause says.
    pub fn from_cause(kind: ErrorKind, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let cause = cause.into();
        Self::new(kind, cause.to_string()).with_cause(cause)
    }

    /// The same error, said of a column: it is named before the message and in the details.
    #[must_use]
    pub fn in_column(mut self, name: &str) -> Self {
        self.0.message = format!("column `{name}`: {}", self.0.message).into();
        self.0.details.column = Some(name.to_owned());
        self
    }

    /// With the error that caused this one, which [`source`](StdError::source) then gives.
    #[must_use]
    pub fn with_cause(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.cause = Some(cause.into().into());
        self
    }

    /// With what the server said beside its message.
    #[must_use]
    pub fn with_details(mut self, details: Details) -> Self {
        self.0.details = details;
        self
    }

    /// With the text of the statement that failed; one that is there already stays.
    #[must_use]
    pub fn with_statement(mut self, statement: Arc<str>) -> Self {
        self.0.statement.get_or_insert(statement);
        self
    }

    /// With the number, from 1, of the statement that failed of several; one that is there already stays.
    #[must_use]
    pub fn with_statement_number(mut self, number: usize) -> Self {
        self.0.details.statement_number.get_or_insert(number);
        self
    }

    /// The same error under another kind.
    #[must_use]
    pub fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// The same error again.
    pub(crate) fn copy(&self) -> Self {
        let Inner { kind, message, details, statement, cause } = &*self.0;
        Self(Box::new(Inner {
            kind: *kind,
            message: message.clone(),
            details: details.clone(),
            statement: statement.clone(),
            cause: cause.clone(),
        }))
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The message, which is the server's own where a server was asked.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The server's own code: SQLSTATE, MySQL's error number, SQLite's extended result code.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.details.code.as_deref()
    }

    /// The constraint that was violated.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        self.0.details.constraint.as_deref()
    }

    /// The table concerned.
    #[must_use]
    pub fn table(&self) -> Option<&str> {
        self.0.details.table.as_deref()
    }

    /// The column concerned; several are separated by `, `.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        self.0.details.column.as_deref()
    }

    /// Everything the server said beside its message.
    #[must_use]
    pub fn details(&self) -> &Details {
        &self.0.details
    }

    /// The text of the statement that failed, never with the values of its parameters.
    #[must_use]
    pub fn statement(&self) -> Option<&str> {
        self.0.statement.as_deref()
    }

    /// Which statement failed of several that were run by one call, from 1.
    #[must_use]
    pub fn statement_number(&self) -> Option<usize> {
        self.0.details.statement_number
    }

    /// Whether the same unit of work, rolled back and run again from its start, may succeed.
    ///
    /// True for serialization failures, deadlocks, `Busy` and lock timeouts. A lost connection is not among them: what had been
    /// sent may have taken effect. See [`is_disconnect`](Self::is_disconnect).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        use ErrorKind::{Busy, Deadlock, LockTimeout, SerializationFailure};
        matches!(self.kind(), SerializationFailure | Deadlock | Busy | LockTimeout)
    }

    /// Whether the connection is gone, or was under a commit of which nobody knows.
    #[must_use]
    pub fn is_disconnect(&self) -> bool {
        matches!(self.kind(), ErrorKind::ConnectionLost | ErrorKind::CommitUnknown)
    }

    /// Whether a constraint refused the data.
    #[must_use]
    pub fn is_integrity(&self) -> bool {
        use ErrorKind::{
            CheckViolation, ExclusionViolation, ForeignKeyViolation, NotNullViolation, UniqueViolation,
        };
        matches!(
            self.kind(),
            UniqueViolation | ForeignKeyViolation | NotNullViolation | CheckViolation | ExclusionViolation
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.kind, self.0.message)?;
        let Details { code, statement_number, .. } = &self.0.details;
        match (code, statement_number) {
            (Some(code), Some(number)) => write!(f, " (code {code}, statement {number})"),
            (Some(code), None) => write!(f, " (code {code})"),
            (None, Some(number)) => write!(f, " (statement {number})"),
            (None, None) => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Error");
        fields.field("kind", &self.0.kind).field("message", &self.0.message);
        if self.0.details != Details::default() {
            fields.field("details", &self.0.details);
        }
        if let Some(statement) = &self.0.statement {
            fields.field("statement", statement);
        }
        if let Some(cause) = &self.0.cause {
            fields.field("cause", cause);
        }
        fields.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.cause.as_deref().map(|cause| cause as &(dyn StdError + 'static))
    }
}

impl From<Infallible> for Error {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
