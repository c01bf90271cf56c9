use std::time::Duration;

use mysql_async::Conn;
use sqlsession_core::{Error, ErrorKind, Result};
use tokio::time::timeout;

use super::{
    failure::failed,
    login::login,
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
    options.check_files()?;
    let opening = async {
        let mut conn = connect(options).await?;
        let server = set_up(&mut conn, options).await.map_err(|error| failed(options, error))?;
        Ok(Opened { conn, server })
    };
    within(options.connect_timeout(), options, opening).await
}

/// Opens a connection as it is.
pub(crate) async fn connect(options: &MysqlOptions) -> Result<Conn> {
    attempt(options).await.map_err(|error| failed(options, error))
}

#[cfg(feature = "tls")]
async fn attempt(options: &MysqlOptions) -> mysql_async::Result<Conn> {
    use mysql_async::DriverError::NoClientSslFlagFromServer;

    use super::encryption::{choose_cryptography, is_of_encryption, is_of_the_name};

    choose_cryptography();
    let mode = options.ssl_mode();
    let error = match Conn::new(login(options, mode, false)).await {
        Ok(conn) => return Ok(conn),
        Err(error) => error,
    };
    let is_unencrypted = matches!(&error, mysql_async::Error::Driver(NoClientSslFlagFromServer));
    match mode {
        SslMode::Preferred if is_unencrypted || is_of_encryption(&error) => {
            Conn::new(login(options, SslMode::Disabled, false)).await
        }
        SslMode::VerifyCa if is_of_the_name(&error) => Conn::new(login(options, mode, true)).await,
        _ => Err(error),
    }
}

#[cfg(not(feature = "tls"))]
async fn attempt(options: &MysqlOptions) -> mysql_async::Result<Conn> {
    Conn::new(login(options, SslMode::Disabled, false)).await
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
