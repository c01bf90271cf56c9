use std::{
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::Stream;
use tokio::sync::mpsc;

/// What another session said with NOTIFY.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Notification {
    /// The channel.
    pub channel: String,
    /// The words, which may be empty.
    pub payload: String,
    /// The server process of the session that said it.
    pub process_id: i32,
}

impl From<tokio_postgres::Notification> for Notification {
    fn from(said: tokio_postgres::Notification) -> Self {
        Self {
            channel: said.channel().to_owned(),
            payload: said.payload().to_owned(),
            process_id: said.process_id(),
        }
    }
}

/// The notifications of a connection, in order, without limit to how many wait to be read.
///
/// It ends when the connection goes back to the pool, stops listening, or is lost.
#[derive(Debug)]
pub struct Notifications(pub(super) mpsc::UnboundedReceiver<Notification>);

impl Notifications {
    /// The next one; `None` when there will be no more.
    ///
    /// Cancel safe.
    pub async fn next(&mut self) -> Option<Notification> {
        self.0.recv().await
    }

    /// The next one, if it is here.
    pub fn try_next(&mut self) -> Option<Notification> {
        self.0.try_recv().ok()
    }
}

impl Stream for Notifications {
    type Item = Notification;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Notification>> {
        self.0.poll_recv(cx)
    }
}
