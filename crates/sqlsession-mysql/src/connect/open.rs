use std::time::Duration;

use mysql_async::{Conn, DriverError, Error as MysqlError};
use sqlsession_core::{Error, ErrorKind, Result};
use tokio::time::timeout;

use super::{
    failure::failed,
    login,
    setup::{Server, set_up},
};
use crate::options::{MysqlOptions, SslMode};

/// A connection that is ready, and what is known of its server.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) conn: Conn,
    pub(crate) server: Server,
}

/// Opens a connection and sets it up, within the time that is set for it.
///
/// Cancel safe: dropped, it closes the socket.
pub(crate) async fn open(options: &MysqlOptions) -> Result<Opened> {
    options.check()?;
    let opening = async {
        let mut conn = connect(options).await?;
        let server = set_up(&mut conn, options).await.map_err(|error| failed(options, error))?;
        Ok(Opened { conn, server })
    };
    within(options.connect_timeout(), options, opening).await
}

/// Opens a connection as it is.
pub(crate) async fn connect(options: &MysqlOptions) -> Result<Conn> {
    #[cfg(feature = "tls")]
    login::choose_cryptography();
    let mode = if cfg!(feature = "tls") { options.ssl_mode() } else { SslMode::Disabled };
    let connected = Conn::new(login(options, mode)).await;
    let result = match connected {
        Err(error) if mode == SslMode::Preferred && is_due_to_encryption(&error) => {
            Conn::new(login(options, SslMode::Disabled)).await
        }
        connected => connected,
    };
    result.map_err(|error| failed(options, error))
}

/// Whether there may be a connection without encryption.
fn is_due_to_encryption(error: &MysqlError) -> bool {
    match error {
        MysqlError::Driver(DriverError::NoClientSslFlagFromServer) => true,
        #[cfg(feature = "tls")]
        MysqlError::Io(mysql_async::IoError::Tls(_)) => true,
        _ => false,
    }
}

async fn within<T>(
    limit: Option<Duration>,
    options: &MysqlOptions,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let Some(limit) = limit else { return work.await };
    match timeout(limit, work).await {
        Ok(done) => done,
        Err(_) => Err(Error::new(
            ErrorKind::ConnectTimeout,
            format!("{}: no connection within {limit:?}", options.place()),
        )),
    }
}
