use std::time::Duration;

use sqlsession_core::Result;
use tokio::{io::AsyncReadExt, time::timeout};
use tokio_postgres::CancelToken;

use super::{
    Failure, Wire,
    failure::Failures,
    socket::{self, Place},
};
use crate::{
    options::{Host, Keepalive},
    tls::Encryption,
    wire::Established,
};

/// How long a cancel request may take where connecting may take any time.
const CANCEL_LIMIT: Duration = Duration::from_secs(10);

/// One address of a server, and how it is spoken to.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    pub(super) host: Host,
    pub(super) place: Place,
    pub(super) way: Way,
    pub(super) keepalive: Keepalive,
    pub(super) limit: Option<Duration>,
}

/// Whether the connection is encrypted.
#[derive(Debug, Clone)]
pub(super) enum Way {
    Plain,
    /// If the server can.
    IfOffered(Encryption),
    Encrypted(Encryption),
}

impl Address {
    /// The server it belongs to.
    pub(crate) fn host(&self) -> &Host {
        &self.host
    }

    /// A stream to it on which nothing was said yet, encrypted as it has to be.
    pub(super) async fn stream(&self) -> Result<Wire, Failure> {
        let wire = socket::connect(&self.place, self.keepalive).await?;
        match (wire, &self.way) {
            (Wire::Tcp(stream), Way::IfOffered(encryption)) => {
                encryption.begin(stream, &self.host, false).await
            }
            (Wire::Tcp(stream), Way::Encrypted(encryption)) => {
                encryption.begin(stream, &self.host, true).await
            }
            (wire, _) => Ok(wire),
        }
    }

    /// Asks the server to cancel what the connection of this token runs, and waits until it has taken note.
    ///
    /// A second connection to the same address, encrypted in the same way, carries the request; it may take as long as
    /// connecting may, or 10 seconds.
    ///
    /// # Errors
    /// As connecting. There is no word on whether something was cancelled.
    pub(crate) async fn cancel(&self, token: CancelToken) -> Result<()> {
        let limit = self.limit.unwrap_or(CANCEL_LIMIT);
        let done = match timeout(limit, self.request_cancel(token)).await {
            Ok(done) => done,
            Err(_) => Err(Failure::late(limit)),
        };
        done.map_err(|failure| Failures::of(self.to_string(), failure).into_error())
    }

    async fn request_cancel(&self, token: CancelToken) -> Result<(), Failure> {
        let mut wire = self.stream().await?;
        token
            .cancel_query_raw(&mut wire, Established)
            .await
            .map_err(|error| Failure::refused(error, true))?;
        // The server hangs up when it has sent the signal. That it does so rudely is no reason to complain.
        let mut rest = [0; 64];
        while matches!(wire.read(&mut rest).await, Ok(1..)) {}
        Ok(())
    }
}

impl std::fmt::Display for Address {
    /// The host, with the address its name was found to have.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.place {
            Place::Tcp(address) if address.ip().to_string() != self.host.name() => {
                write!(f, "{} ({})", self.host, address.ip())
            }
            _ => self.host.fmt(f),
        }
    }
}
