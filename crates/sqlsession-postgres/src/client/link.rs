use std::{
    future::poll_fn,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use tokio::{sync::mpsc, task::JoinHandle};
use tokio_postgres::{AsyncMessage, Connection};

use super::Notification;
use crate::{connect::Guarded, error::from_postgres, wire::ServerState, wire::Tap};

/// What the task that turns the connection shares with its client.
#[derive(Debug, Default)]
pub(super) struct Link {
    /// Why the connection ended.
    parting_words: OnceLock<String>,
    subscriber: Mutex<Option<mpsc::UnboundedSender<Notification>>>,
}

impl Link {
    pub(super) fn parting_words(&self) -> Option<&str> {
        self.parting_words.get().map(String::as_str)
    }

    /// Sends what the server tells here, and no longer to who asked before.
    pub(super) fn subscribe(&self) -> mpsc::UnboundedReceiver<Notification> {
        let (sender, receiver) = mpsc::unbounded_channel();
        *self.subscriber.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        receiver
    }

    /// Ends what was subscribed.
    pub(super) fn unsubscribe(&self) {
        *self.subscriber.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn notify(&self, notification: Notification) {
        let mut subscriber = self.subscriber.lock().unwrap_or_else(PoisonError::into_inner);
        if subscriber.as_ref().is_some_and(|subscriber| subscriber.send(notification).is_err()) {
            *subscriber = None;
        }
    }

    /// Turns the connection until it ends.
    pub(super) fn turn(
        self: Arc<Self>,
        mut connection: Connection<Tap<Guarded>, Tap<Guarded>>,
        server: Arc<ServerState>,
    ) -> JoinHandle<()> {
        tokio::spawn(async move {
            let _over = Over(server);
            loop {
                match poll_fn(|cx| connection.poll_message(cx)).await {
                    Some(Ok(AsyncMessage::Notification(said))) => self.notify(said.into()),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => {
                        // It is set once.
                        let _ = self.parting_words.set(from_postgres(error).message().to_owned());
                        break;
                    }
                    None => break,
                }
            }
            self.unsubscribe();
        })
    }
}

/// Nobody must wait for an answer any more, however the task ends.
struct Over(Arc<ServerState>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.end();
    }
}
