use std::sync::Arc;

use tokio::sync::mpsc;

use crate::row::Batch;

/// Batches that may wait for the reader; with the one being made and the one being read, a stream holds three.
const WAITING_BATCHES: usize = 1;

/// A channel for the batches of a stream.
#[must_use]
pub fn row_channel() -> (RowSender, RowReceiver) {
    let (sender, receiver) = mpsc::channel(WAITING_BATCHES);
    (RowSender(sender), RowReceiver(receiver))
}

/// The driver's end.
#[derive(Debug)]
pub struct RowSender(mpsc::Sender<Arc<dyn Batch>>);

impl RowSender {
    /// Hands a batch over, waiting for room. False means that nobody reads any more.
    pub async fn send(&self, batch: Arc<dyn Batch>) -> bool {
        self.0.send(batch).await.is_ok()
    }

    /// Hands a batch over from a thread that may block. False means that nobody reads any more.
    ///
    /// # Panics
    /// On a thread that is polling futures.
    #[must_use]
    pub fn blocking_send(&self, batch: Arc<dyn Batch>) -> bool {
        self.0.blocking_send(batch).is_ok()
    }

    /// Whether nobody reads any more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.is_closed()
    }
}

/// The session's end.
#[derive(Debug)]
pub struct RowReceiver(mpsc::Receiver<Arc<dyn Batch>>);

impl RowReceiver {
    /// The next batch; `None` when the driver has sent all.
    ///
    /// Cancel safe.
    pub async fn next(&mut self) -> Option<Arc<dyn Batch>> {
        self.0.recv().await
    }

    /// The next batch, if one is waiting.
    pub fn try_next(&mut self) -> Option<Arc<dyn Batch>> {
        self.0.try_recv().ok()
    }

    pub(crate) fn poll_next(
        &mut self,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Arc<dyn Batch>>> {
        self.0.poll_recv(cx)
    }
}
