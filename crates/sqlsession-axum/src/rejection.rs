use std::fmt;

use axum_core::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use sqlsession::{Error, ErrorKind};

/// A database's error as a response, once: what a handler returns, and what the layer answers when a commit fails.
///
/// | error | status |
/// |---|---|
/// | no connection to be had: `PoolTimeout`, `PoolClosed`, `ConnectionFailed`, `ConnectTimeout` | 503, with `Retry-After: 1` |
/// | one that passes: `is_retryable` | 503, with `Retry-After: 1` |
/// | a constraint: `is_integrity` | 409 |
/// | `NoRows` | 404 |
/// | all others | 500 |
///
/// The body is the status in words: what a server says of an error may quote what other users have written. The error
/// itself is in the response's extensions, as a `DatabaseError`, for whoever logs it.
#[derive(Debug, Clone)]
pub struct DatabaseError(std::sync::Arc<Error>);

impl DatabaseError {
    /// The error.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.0
    }

    /// The status of its response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        let error = self.error();
        match error.kind() {
            ErrorKind::PoolTimeout
            | ErrorKind::PoolClosed
            | ErrorKind::ConnectionFailed
            | ErrorKind::ConnectTimeout => StatusCode::SERVICE_UNAVAILABLE,
            _ if error.is_retryable() => StatusCode::SERVICE_UNAVAILABLE,
            ErrorKind::NoRows => StatusCode::NOT_FOUND,
            _ if error.is_integrity() => StatusCode::CONFLICT,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<Error> for DatabaseError {
    fn from(error: Error) -> Self {
        Self(std::sync::Arc::new(error))
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for DatabaseError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}

impl IntoResponse for DatabaseError {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut response = (status, status.canonical_reason().unwrap_or_default()).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response.extensions_mut().insert(self);
        response
    }
}
