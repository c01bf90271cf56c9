use std::io;

use sqlsession_core::Result;
use tokio::net::TcpStream;

use super::Complaint;
use crate::{
    connect::{Failure, Wire},
    options::{Host, PostgresOptions},
};

/// There is none without the feature `tls`.
#[derive(Debug, Clone)]
#[allow(dead_code, reason = "nothing makes one without the feature")]
pub(crate) struct Encryption(());

impl Encryption {
    /// How connections are encrypted: not at all.
    pub(crate) async fn of(_: &PostgresOptions) -> Result<Option<Self>> {
        Ok(None)
    }

    /// Leaves the stream as it is. Where encryption is a must, the options were refused.
    pub(crate) async fn begin(&self, stream: TcpStream, _: &Host, _: bool) -> Result<Wire, Failure> {
        Ok(Wire::Tcp(stream))
    }
}

/// What an error of a stream says of its encryption: nothing.
pub(crate) fn complaint(_: &io::Error) -> Option<Complaint> {
    None
}
