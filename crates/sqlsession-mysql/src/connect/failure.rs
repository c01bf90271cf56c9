use mysql_async::{DriverError, Error as MysqlError, IoError};
use sqlsession_core::{Error, ErrorKind};

#[cfg(feature = "tls")]
use super::encryption::is_of_encryption;
use crate::{
    error::{from_mysql, from_server, kind},
    options::MysqlOptions,
};

/// Why there is no connection.
pub(super) fn failed(options: &MysqlOptions, error: MysqlError) -> Error {
    let place = options.place();
    let (kind, message) = match &error {
        MysqlError::Server(said) => {
            let kind = match kind(said.code, &said.state, &said.message) {
                kind @ (ErrorKind::Authentication | ErrorKind::Privilege) => kind,
                // The server has no connections without encryption.
                _ if said.code == 3159 => ErrorKind::Tls,
                // Of what the options say, the server does not know this: a variable, a time zone, a collation.
                _ if matches!(said.code, 1115 | 1193 | 1231 | 1232 | 1253 | 1273 | 1298) => {
                    ErrorKind::Configuration
                }
                _ => ErrorKind::ConnectionFailed,
            };
            return from_server(said).with_kind(kind).with_cause(error);
        }
        #[cfg(feature = "tls")]
        MysqlError::Io(IoError::Io(broken)) if is_of_encryption(&error) => {
            (ErrorKind::Tls, broken.to_string())
        }
        MysqlError::Io(IoError::Io(broken)) => (ErrorKind::ConnectionFailed, broken.to_string()),
        #[cfg(feature = "tls")]
        MysqlError::Io(IoError::Tls(broken)) => (ErrorKind::Tls, broken.to_string()),
        MysqlError::Driver(DriverError::NoClientSslFlagFromServer) => {
            (ErrorKind::Tls, "the server cannot encrypt".to_owned())
        }
        MysqlError::Driver(DriverError::NoKeyFound) => {
            (ErrorKind::Configuration, "the file of the client's key holds none".to_owned())
        }
        MysqlError::Driver(
            refused @ (DriverError::UnknownAuthPlugin { .. }
            | DriverError::MysqlOldPasswordDisabled
            | DriverError::CleartextPluginDisabled),
        ) => (ErrorKind::Authentication, refused.to_string()),
        MysqlError::Driver(broken) => (ErrorKind::ConnectionFailed, broken.to_string()),
        _ => return from_mysql(error).with_kind(ErrorKind::ConnectionFailed),
    };
    Error::new(kind, format!("{place}: {message}")).with_cause(error)
}
