use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use sqlsession_core::Result;
use tokio_postgres::{Client, CopyOutStream};

use crate::error::from_postgres;

/// The data of a `COPY … TO STDOUT`, in the format that the COPY names. Dropped early, the rest is read and thrown away.
pub struct CopyOut<'c> {
    stream: Pin<Box<CopyOutStream>>,
    _client: &'c Client,
}

impl<'c> CopyOut<'c> {
    pub(crate) async fn begin(client: &'c Client, sql: &str) -> Result<Self> {
        let stream = client.copy_out(sql).await.map_err(from_postgres)?;
        Ok(Self { stream: Box::pin(stream), _client: client })
    }

    /// The next piece, which may hold several rows or a part of one.
    ///
    /// # Errors
    /// What the server says in the middle of it.
    ///
    /// Cancel safe.
    pub async fn next(&mut self) -> Option<Result<Bytes>> {
        self.stream.next().await.map(|piece| piece.map_err(from_postgres))
    }
}

impl Stream for CopyOut<'_> {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.stream.as_mut().poll_next(cx).map(|piece| piece.map(|piece| piece.map_err(from_postgres)))
    }
}

impl fmt::Debug for CopyOut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CopyOut").finish_non_exhaustive()
    }
}
