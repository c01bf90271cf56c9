use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

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

/// How often a login is tried again whose password the server has taken before.
///
/// MariaDB's ed25519 asks for a signature of 32 random bytes. mysql_common takes the last of them for the end of a text where
/// it is zero, and signs the others only: one login in 256 is refused.
const REFUSED_BY_CHANCE: usize = 2;

/// Opens a connection and sets it up, within the time that is set for it.
///
/// `accepted` remembers that the server has taken the password: it is never tried again before that.
///
/// Cancel safe: dropped, it closes the socket.
pub(crate) async fn open(options: &MysqlOptions, accepted: &AtomicBool) -> Result<Opened> {
    options.check()?;
    options.check_files()?;
    let opening = async {
        let mut conn = log_in(options, accepted).await?;
        let server = set_up(&mut conn, options).await.map_err(|error| failed(options, error))?;
        Ok(Opened { conn, server })
    };
    within(options.connect_timeout(), options, opening).await
}

async fn log_in(options: &MysqlOptions, accepted: &AtomicBool) -> Result<Conn> {
    let mut left = if accepted.load(Ordering::Relaxed) { REFUSED_BY_CHANCE } else { 0 };
    loop {
        match connect(options).await {
            Err(error) if left > 0 && error.kind() == ErrorKind::Authentication => left -= 1,
            Err(error) => return Err(error),
            Ok(conn) => {
                accepted.store(true, Ordering::Relaxed);
                return Ok(conn);
            }
        }
    }
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
