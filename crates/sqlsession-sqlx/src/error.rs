use sqlsession_core::{Error, ErrorKind};
use sqlx_core::error::Error as SqlxError;

/// What sqlx says that is not the database's own word.
pub(crate) fn from_sqlx(error: SqlxError) -> Error {
    let kind = match &error {
        SqlxError::Configuration(_) | SqlxError::InvalidArgument(_) => ErrorKind::Configuration,
        // After what is out of the protocol nobody knows what comes next.
        SqlxError::Io(_) | SqlxError::Protocol(_) | SqlxError::WorkerCrashed => ErrorKind::ConnectionLost,
        SqlxError::Tls(_) => ErrorKind::Tls,
        SqlxError::Encode(_) | SqlxError::TypeNotFound { .. } => ErrorKind::BadParameter,
        SqlxError::Decode(_) | SqlxError::ColumnDecode { .. } => ErrorKind::TypeMismatch,
        SqlxError::PoolTimedOut => ErrorKind::PoolTimeout,
        SqlxError::PoolClosed => ErrorKind::PoolClosed,
        SqlxError::BeginFailed | SqlxError::InvalidSavePointStatement => ErrorKind::InvalidState,
        _ => ErrorKind::Database,
    };
    let message = match &error {
        SqlxError::Io(broken) => broken.to_string(),
        other => other.to_string(),
    };
    Error::new(kind, message).with_cause(error)
}

/// The error of an attempt to connect.
pub(crate) fn of_connecting(error: Error) -> Error {
    match error.kind() {
        ErrorKind::ConnectionLost | ErrorKind::Database => error.with_kind(ErrorKind::ConnectionFailed),
        _ => error,
    }
}
