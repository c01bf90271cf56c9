use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use mysql_async::prelude::Queryable as _;
use sqlsession_core::driver::{BoxFuture, Cancel};
use tokio::time::timeout;

use crate::{connect, options::MysqlOptions};

/// How long the server may take to answer a KILL.
const LIMIT: Duration = Duration::from_secs(5);

/// Stops what a connection does by KILL QUERY, over a connection of its own.
pub(super) struct Canceller(Arc<Inner>);

struct Inner {
    options: MysqlOptions,
    /// The server's number for the connection whose statement is to end.
    id: u32,
    sent: AtomicU8,
}

/// What has become of a KILL QUERY.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// There was none.
    Nothing,
    /// It is on its way, or may be.
    Unanswered,
    /// The server has taken it: it hits the statement that runs, or the next one.
    Answered,
}

impl Sent {
    fn of(number: u8) -> Self {
        match number {
            0 => Self::Nothing,
            1 => Self::Unanswered,
            _ => Self::Answered,
        }
    }
}

impl Canceller {
    pub(super) fn new(options: MysqlOptions, id: u32) -> Self {
        Self(Arc::new(Inner { options, id, sent: AtomicU8::new(Sent::Nothing as u8) }))
    }

    /// What was sent since the last time this was asked.
    pub(super) fn take_sent(&self) -> Sent {
        Sent::of(self.0.sent.swap(Sent::Nothing as u8, Ordering::AcqRel))
    }
}

impl Inner {
    async fn kill(&self) {
        // A server that cannot be reached cannot be asked to stop; who waits for the operation has a limit.
        let Ok(mut conn) = connect::connect(&self.options).await else { return };
        self.sent.store(Sent::Unanswered as u8, Ordering::Release);
        let answered = conn.query_drop(format!("KILL QUERY {}", self.id)).await;
        if matches!(answered, Ok(()) | Err(mysql_async::Error::Server(_))) {
            self.sent.store(Sent::Answered as u8, Ordering::Release);
        }
        let _ = conn.disconnect().await;
    }
}

impl Cancel for Canceller {
    fn cancel(&self) -> BoxFuture<'static, ()> {
        let inner = Arc::clone(&self.0);
        Box::pin(async move {
            let _ = timeout(LIMIT, inner.kill()).await;
        })
    }
}

impl std::fmt::Debug for Canceller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Canceller").field("id", &self.0.id).finish_non_exhaustive()
    }
}
