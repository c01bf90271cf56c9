use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use sqlsession_core::Result;
use tokio_postgres::{Client, CopyOutStream};

use crate::error::from_postgres;

/// The data of a `COPY … TO STDOUT`, in the format that the COPY names. Dropped early, the rest is read and thrown away.
///
/// Whether what its query writes is there shows at the end: triggers, foreign keys, and outside of a transaction the commit,
/// come behind the data.
pub struct CopyOut<'c> {
    stream: Pin<Box<CopyOutStream>>,
    _client: &'c Client,
    at: At,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Data,
    /// The data are over, the statement is not.
    Completion,
    /// The statement is over, its transaction perhaps not.
    Readiness,
    End,
}

impl<'c> CopyOut<'c> {
    pub(crate) async fn begin(client: &'c Client, sql: &str) -> Result<Self> {
        let stream = client.copy_out(sql).await.map_err(from_postgres)?;
        Ok(Self { stream: Box::pin(stream), _client: client, at: At::Data })
    }

    /// The next piece, which may hold several rows or a part of one; `None` when the server has run the statement.
    ///
    /// # Errors
    /// What the server says in the middle of the data or behind them. Behind an error there is nothing more.
    ///
    /// Cancel safe.
    pub async fn next(&mut self) -> Option<Result<Bytes>> {
        StreamExt::next(self).await
    }
}

impl Stream for CopyOut<'_> {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while self.at != At::End {
            match ready!(self.stream.as_mut().poll_next(cx)) {
                Some(Ok(piece)) => return Poll::Ready(Some(Ok(piece))),
                None => self.at = At::Completion,
                // tokio-postgres has no word for what comes behind the data but that it did not expect it.
                Some(Err(error))
                    if self.at == At::Data || error.as_db_error().is_some() || error.is_closed() =>
                {
                    self.at = At::End;
                    return Poll::Ready(Some(Err(from_postgres(error))));
                }
                Some(Err(_)) if self.at == At::Completion => self.at = At::Readiness,
                Some(Err(_)) => self.at = At::End,
            }
        }
        Poll::Ready(None)
    }
}

impl fmt::Debug for CopyOut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CopyOut").finish_non_exhaustive()
    }
}
