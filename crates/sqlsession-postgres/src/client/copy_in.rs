use std::{fmt, pin::Pin, time::Duration};

use bytes::Bytes;
use futures_util::SinkExt as _;
use sqlsession_core::{Error, ErrorKind, Result};
use tokio::time::timeout;
use tokio_postgres::{Client, CopyInSink, Statement};

use crate::{error::from_postgres, wire::ServerState};

/// How long the server may take to say that it is ready after the COPY.
const LIMIT: Duration = Duration::from_secs(5);

/// The data of a `COPY … FROM STDIN`. Dropped before [`finish`](Self::finish), it makes the COPY fail.
pub struct CopyIn<'c> {
    sink: Pin<Box<CopyInSink<Bytes>>>,
    server: &'c ServerState,
    /// It has ended by an error, which was told.
    failed: bool,
}

impl<'c> CopyIn<'c> {
    pub(crate) async fn begin(client: &'c Client, server: &'c ServerState, copy: &Statement) -> Result<Self> {
        server.begins_copy();
        let sink = client.copy_in(copy).await.map_err(|error| {
            // What was refused was sent, and is beyond this. What was not sent must not leave it to the next statement.
            server.began_copy();
            from_postgres(error)
        })?;
        Ok(Self { sink: Box::pin(sink), server, failed: false })
    }

    /// Sends data, in the format that the COPY names. How they are cut does not matter.
    ///
    /// # Errors
    /// `ConnectionLost`. What the server has against the data comes from here or from [`finish`](Self::finish); the COPY has
    /// ended then, and what is called behind it is `InvalidState`.
    pub async fn send(&mut self, data: impl Into<Bytes>) -> Result<()> {
        self.check_running()?;
        if self.server.has_refused() {
            // It reads the rest without a look at it: the error is worth more.
            let ended = self.sink.as_mut().finish().await;
            self.failed = true;
            ended.map_err(from_postgres)?;
        }
        self.sink.feed(data.into()).await.map_err(from_postgres)
    }

    /// Ends the COPY, and says how many rows it has brought. Outside of a transaction they are committed then.
    ///
    /// # Errors
    /// What the server has against the data, or against their commit. `InvalidState` where [`send`](Self::send) has told it.
    pub async fn finish(mut self) -> Result<u64> {
        let rows = match self.check_running() {
            Ok(()) => self.end().await,
            failed => failed.map(|()| 0),
        };
        // Only then is it known whether the transaction is still good.
        match timeout(LIMIT, self.server.all_answered()).await {
            Ok(()) => rows,
            Err(elapsed) => rows.and(Err(Error::new(
                ErrorKind::ConnectionLost,
                "the server does not say that it is ready after a COPY",
            )
            .with_cause(elapsed))),
        }
    }

    /// Ends the data and hears what the server says to them.
    ///
    /// That may be an error behind the number of rows, where a transaction ends with them: tokio-postgres leaves it unread.
    async fn end(&mut self) -> Result<u64> {
        let rows = self.sink.as_mut().finish().await.map_err(from_postgres)?;
        match self.sink.as_mut().finish().await {
            Err(error) if error.as_db_error().is_some() || error.is_closed() => Err(from_postgres(error)),
            // To be ready is not what it expects.
            _ => Ok(rows),
        }
    }

    fn check_running(&self) -> Result<()> {
        if self.failed {
            return Err(Error::new(
                ErrorKind::InvalidState,
                "the COPY has failed, as an earlier error has told",
            ));
        }
        Ok(())
    }
}

impl fmt::Debug for CopyIn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CopyIn").finish_non_exhaustive()
    }
}
