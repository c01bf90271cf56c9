use mysql_async::{DriverError, Error as MysqlError, IoError, ServerError};
use mysql_common::proto::codec::error::PacketCodecError;
use sqlsession_core::{Error, ErrorKind, error::codes::mysql};

/// An error of mysql_async in this library's words.
pub(crate) fn from_mysql(error: MysqlError) -> Error {
    let (kind, message) = match &error {
        MysqlError::Server(said) => return from_server(said).with_cause(error),
        // What the server says to a connection that it closes answers nothing.
        MysqlError::Io(IoError::Io(broken)) if is_out_of_turn(broken) => {
            (ErrorKind::ConnectionLost, "the server has closed the connection".to_owned())
        }
        MysqlError::Io(IoError::Io(broken)) => (ErrorKind::ConnectionLost, broken.to_string()),
        // Nothing but `Io` and, with the feature `tls`, what broke below it.
        #[allow(unreachable_patterns, reason = "without TLS there is one kind")]
        MysqlError::Io(broken) => (ErrorKind::ConnectionLost, broken.to_string()),
        MysqlError::Driver(DriverError::ConnectionClosed) => {
            (ErrorKind::ConnectionLost, "the server closed the connection".to_owned())
        }
        MysqlError::Driver(DriverError::MixedParams) => (
            ErrorKind::BadParameter,
            "the text holds a colon before a name outside of quotes, beside its parameters".to_owned(),
        ),
        MysqlError::Driver(DriverError::LocalInfile(refused)) => {
            (ErrorKind::Unsupported, format!("LOAD DATA LOCAL is not allowed: {refused}"))
        }
        MysqlError::Driver(broken) => (ErrorKind::ConnectionLost, broken.to_string()),
        other => (ErrorKind::Database, other.to_string()),
    };
    Error::new(kind, message).with_cause(error)
}

/// Whether a packet came that nobody had asked for.
fn is_out_of_turn(broken: &std::io::Error) -> bool {
    let cause = broken.get_ref().and_then(|cause| cause.downcast_ref());
    matches!(cause, Some(PacketCodecError::PacketsOutOfSync))
}

/// What the server said.
pub(crate) fn from_server(said: &ServerError) -> Error {
    mysql::error(said.code, &said.state, &said.message)
}
