use sqlsession_core::Result;
use tokio::net::TcpStream;

use crate::{
    connect::{Failure, Wire},
    options::{Host, PostgresOptions},
};

/// There is none without the feature `tls`.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Encryption {}

impl Encryption {
    /// How connections are encrypted, if they may be.
    #[allow(clippy::unused_async, reason = "files are read where there is encryption")]
    pub(crate) async fn of(_: &PostgresOptions) -> Result<Option<Self>> {
        Ok(None)
    }

    /// Encrypts a stream.
    #[allow(clippy::unused_async, reason = "the server is asked where there is encryption")]
    pub(crate) async fn begin(&self, _: TcpStream, _: &Host, _: bool) -> Result<Wire, Failure> {
        match *self {}
    }
}
