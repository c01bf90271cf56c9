use std::{
    future::poll_fn,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
    task::Poll,
    time::Duration,
};

use mysql_async::prelude::Queryable as _;
use sqlsession_core::{
    Error, ErrorKind, Result,
    driver::{BoxFuture, Cancel},
};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use crate::{connect, options::MysqlOptions};

/// How long the server may take to answer a KILL.
const LIMIT: Duration = Duration::from_secs(5);

/// How long a statement that was stopped may go on before it is stopped again, at first and at most. A KILL hits nothing
/// if it comes between two statements of one operation, or before the server has begun with the one it is meant for.
const AGAIN: Duration = Duration::from_millis(20);
const AGAIN_AT_MOST: Duration = Duration::from_secs(1);

/// How long a statement may take to end once it is to be stopped. The server's word of its end may never come: the
/// connection is closed then.
const STOP_LIMIT: Duration = Duration::from_secs(10);

/// Stops what a connection does by KILL QUERY, over a connection of its own.
pub(super) struct Canceller(Arc<Inner>);

struct Inner {
    options: MysqlOptions,
    /// The server's number for the connection whose statement is to end.
    id: u32,
    sent: AtomicU8,
    /// What runs is to be stopped.
    asked: AtomicBool,
    asking: Notify,
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
        Self(Arc::new(Inner {
            options,
            id,
            sent: AtomicU8::new(Sent::Nothing as u8),
            asked: AtomicBool::new(false),
            asking: Notify::new(),
        }))
    }

    /// What was sent since the last time this was asked. What runs next is not to be stopped.
    pub(super) fn take_sent(&self) -> Sent {
        self.0.asked.store(false, Ordering::Release);
        Sent::of(self.0.sent.swap(Sent::Nothing as u8, Ordering::AcqRel))
    }

    /// # Errors
    /// `Cancelled` once what runs is to be stopped: nothing more is sent for it.
    pub(super) fn check(&self) -> Result<()> {
        if self.0.asked.load(Ordering::Acquire) {
            return Err(Error::new(ErrorKind::Cancelled, "the statement was stopped before it was sent"));
        }
        Ok(())
    }

    /// Drives a statement to its end, for so long. Once it is to be stopped it is, as often as it takes.
    pub(super) async fn guard<T>(
        &self,
        limit: Option<Duration>,
        statement: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let mut statement = pin!(statement);
        let mut late = false;
        {
            let mut asked = pin!(self.asked());
            let mut over = pin!(limit.map(sleep));
            let ended = poll_fn(|cx| {
                if let Poll::Ready(result) = statement.as_mut().poll(cx) {
                    return Poll::Ready(Some(result));
                }
                if asked.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(None);
                }
                if let Some(over) = over.as_mut().as_pin_mut()
                    && over.poll(cx).is_ready()
                {
                    late = true;
                    return Poll::Ready(None);
                }
                Poll::Pending
            });
            if let Some(result) = ended.await {
                return result;
            }
        }
        let stopping = async {
            if late {
                self.cancel().await;
            }
            let mut pause = AGAIN;
            loop {
                match timeout(pause, statement.as_mut()).await {
                    Ok(result) => break result,
                    Err(_) => self.cancel().await,
                }
                pause = (pause * 2).min(AGAIN_AT_MOST);
            }
        };
        let result = timeout(STOP_LIMIT, stopping).await.unwrap_or_else(|elapsed| {
            let words = "the statement was to be stopped, and the server does not say that it has ended";
            Err(Error::new(ErrorKind::ConnectionLost, words).with_cause(elapsed))
        });
        result.map_err(|error| match error.kind() {
            ErrorKind::Cancelled if late => error.with_kind(ErrorKind::StatementTimeout),
            _ => error,
        })
    }

    async fn asked(&self) {
        while !self.0.asked.load(Ordering::Acquire) {
            self.0.asking.notified().await;
        }
    }
}

impl Inner {
    async fn kill(&self) {
        // A server that cannot be reached cannot be asked to stop; who waits for the operation has a limit.
        let Ok(mut conn) = connect::connect(&self.options).await else { return };
        let before = Sent::of(self.sent.swap(Sent::Unanswered as u8, Ordering::AcqRel));
        let answered = conn.query_drop(format!("KILL QUERY {}", self.id)).await;
        let is_answered = matches!(answered, Ok(()) | Err(mysql_async::Error::Server(_)));
        if is_answered && before != Sent::Unanswered {
            self.sent.store(Sent::Answered as u8, Ordering::Release);
        }
        let _ = conn.disconnect().await;
    }
}

impl Cancel for Canceller {
    fn cancel(&self) -> BoxFuture<'static, ()> {
        let inner = Arc::clone(&self.0);
        inner.asked.store(true, Ordering::Release);
        inner.asking.notify_one();
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
