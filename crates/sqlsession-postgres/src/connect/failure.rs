use std::{error::Error as StdError, io};

use sqlsession_core::{Error, ErrorKind, error::Details};
use tokio_postgres::error::DbError;

use super::guarded::UnwantedAuth;
use crate::{
    error::details,
    tls::{Complaint, complaint},
};

/// Why one address gave no connection.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: ErrorKind,
    message: String,
    details: Box<Details>,
    cause: Option<Box<dyn StdError + Send + Sync>>,
    stage: Stage,
}

/// How far it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The server was not reached.
    Reaching,
    /// The server was reached, and there was no encryption.
    Encrypting,
    /// The server refused the login, or broke it off.
    LoggingIn,
    /// It was refused for a reason that lies with the login, so that another server is no help.
    Settled,
    /// There was a connection, and the server is not the one that is looked for.
    Choosing,
}

impl Failure {
    fn new(stage: Stage, kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), details: Box::default(), cause: None, stage }
    }

    /// The server was not reached.
    pub(crate) fn unreached(error: io::Error) -> Self {
        let message = error.to_string();
        Self::new(Stage::Reaching, ErrorKind::ConnectionFailed, message).with_cause(error)
    }

    /// The system does not take the keepalive options.
    pub(super) fn without_keepalive(error: io::Error) -> Self {
        let message = format!("the system refuses the options keepalives_… or tcp_user_timeout: {error}");
        Self::new(Stage::Settled, ErrorKind::Configuration, message).with_cause(error)
    }

    /// There was no connection in this time.
    pub(super) fn late(limit: std::time::Duration) -> Self {
        Self::new(Stage::Reaching, ErrorKind::ConnectTimeout, format!("no connection within {limit:?}"))
    }

    /// There is no such host, or nobody could say.
    pub(super) fn unknown_host(error: io::Error) -> Self {
        let message = format!("the host's address was not found: {error}");
        Self::new(Stage::Reaching, ErrorKind::ConnectionFailed, message).with_cause(error)
    }

    /// The server is not the one that is looked for.
    pub(super) fn not_wanted(reason: &str) -> Self {
        Self::new(Stage::Choosing, ErrorKind::ConnectionFailed, reason)
    }

    /// The stream broke while it was encrypted, or the server's certificate will not do.
    #[cfg(feature = "tls")]
    pub(crate) fn unencrypted(error: io::Error) -> Self {
        let Some(complaint) = complaint(&error) else {
            let message = format!("the TLS handshake broke: {error}");
            return Self::insecure(Complaint { code: "HandshakeFailed".to_owned(), message })
                .with_cause(error);
        };
        let failure = Self::insecure(complaint);
        match error.into_inner() {
            Some(cause) => failure.with_cause(cause),
            None => failure,
        }
    }

    /// There is no encryption as it was asked for.
    pub(crate) fn insecure(complaint: Complaint) -> Self {
        let mut failure = Self::new(Stage::Encrypting, ErrorKind::Tls, complaint.message);
        failure.details.code = Some(complaint.code);
        failure
    }

    /// What tokio-postgres says of a login that failed.
    pub(super) fn refused(error: tokio_postgres::Error, has_password: bool) -> Self {
        use ErrorKind::{Authentication, ConnectionFailed};
        if let Some(refusal) = error.as_db_error() {
            return Self::said(refusal).with_cause(error);
        }
        if error.is_closed() {
            return Self::new(Stage::LoggingIn, ConnectionFailed, "the server closed the connection")
                .with_cause(error);
        }
        let reason = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        // The kinds of tokio-postgres can be told apart by their texts only.
        match error.to_string().as_str() {
            "invalid configuration" if !has_password => Self::new(
                Stage::Settled,
                Authentication,
                "the server asks for a password, and none was given",
            ),
            "authentication error" => Self::new(Stage::Settled, Authentication, reason),
            // A NUL in a name or a password.
            "error encoding message to server" => Self::new(Stage::Settled, ErrorKind::Configuration, reason),
            _ => return Self::broken(error, reason),
        }
        .with_cause(error)
    }

    /// The login broke off, or what came is not what PostgreSQL says.
    fn broken(error: tokio_postgres::Error, reason: String) -> Self {
        let stream = error.source().and_then(|source| source.downcast_ref::<io::Error>());
        if stream
            .and_then(io::Error::get_ref)
            .is_some_and(|cause| cause.downcast_ref::<UnwantedAuth>().is_some())
        {
            return Self::new(Stage::Settled, ErrorKind::Authentication, reason).with_cause(error);
        }
        // With TLS 1.3 a server looks at the client's certificate when the handshake is over.
        let Some(complaint) = stream.and_then(complaint) else {
            let message = if stream.is_some() { format!("the connection broke: {reason}") } else { reason };
            return Self::new(Stage::LoggingIn, ErrorKind::ConnectionFailed, message).with_cause(error);
        };
        let failure = Self::insecure(complaint);
        let stream = error.into_source().and_then(|source| source.downcast::<io::Error>().ok());
        match stream.and_then(|stream| stream.into_inner()) {
            Some(cause) => failure.with_cause(cause),
            None => failure,
        }
    }

    /// What the server itself said.
    fn said(refusal: &DbError) -> Self {
        let code = refusal.code().code();
        let kind = match code {
            "42501" => ErrorKind::Privilege,
            // A parameter among the `options` that does not exist, or has no such value.
            "42704" | "22023" => ErrorKind::Configuration,
            code if code.starts_with("28") => ErrorKind::Authentication,
            _ => ErrorKind::ConnectionFailed,
        };
        // Another server may have a place, or may be up already.
        let stage =
            if code.starts_with("53") || code.starts_with("57") { Stage::LoggingIn } else { Stage::Settled };
        let mut failure = Self::new(stage, kind, refusal.message());
        *failure.details = details(refusal);
        failure
    }

    pub(crate) fn with_cause(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// With this said beside the message.
    pub(super) fn with_note(mut self, note: &str) -> Self {
        self.message = format!("{}; {note}", self.message);
        self
    }

    pub(super) fn message(&self) -> &str {
        &self.message
    }

    /// Whether the server may take the login if it is encrypted.
    pub(super) fn may_end_with_encryption(&self) -> bool {
        matches!(self.stage, Stage::LoggingIn | Stage::Settled)
    }

    /// Whether the server may take the login if it is not encrypted: there was no encryption, or it refused in words.
    pub(super) fn may_end_without_encryption(&self) -> bool {
        match self.stage {
            Stage::Encrypting => true,
            Stage::LoggingIn | Stage::Settled => self.details.code.is_some(),
            Stage::Reaching | Stage::Choosing => false,
        }
    }

    /// Whether no other server needs to be asked.
    pub(super) fn is_settled(&self) -> bool {
        self.stage == Stage::Settled
    }

    /// The error of this alone. The server's own words stay as they are.
    fn into_error(self, place: &str) -> Error {
        let message = if self.details.code.is_some() && self.kind != ErrorKind::Tls {
            self.message
        } else {
            format!("{place}: {}", self.message)
        };
        let error = Error::new(self.kind, message).with_details(*self.details);
        match self.cause {
            Some(cause) => error.with_cause(cause),
            None => error,
        }
    }
}

/// Why none of several addresses gave a connection.
#[derive(Debug, Default)]
pub(super) struct Failures(Vec<(String, Failure)>);

impl Failures {
    /// What one address said.
    pub(super) fn of(place: String, failure: Failure) -> Self {
        Self(vec![(place, failure)])
    }

    pub(super) fn add(&mut self, place: String, failure: Failure) {
        self.0.push((place, failure));
    }

    /// Whether no other server needs to be asked.
    pub(super) fn is_settled(&self) -> bool {
        self.0.last().is_some_and(|(_, failure)| failure.is_settled())
    }

    /// One error that says what each address said. What settled it, or what is common to all, is its kind.
    pub(super) fn into_error(mut self) -> Error {
        let is_settled = self.is_settled();
        let message =
            self.0.iter().map(|(place, failure)| format!("{place}: {}", failure.message)).collect::<Vec<_>>();
        let is_common = self.0.windows(2).all(|pair| pair[0].1.kind == pair[1].1.kind);
        let Some((place, last)) = self.0.pop() else {
            return Error::new(ErrorKind::Configuration, "there is no host to connect to");
        };
        if self.0.is_empty() {
            return last.into_error(&place);
        }
        let kind = if is_settled || is_common { last.kind } else { ErrorKind::ConnectionFailed };
        let error = Error::new(kind, message.join("; ")).with_details(*last.details);
        match last.cause {
            Some(cause) => error.with_cause(cause),
            None => error,
        }
    }
}
