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

use crate::{
    connect::{self, Server},
    options::MysqlOptions,
};

/// How long the server may take to answer a KILL.
const LIMIT: Duration = Duration::from_secs(5);

/// How long a statement may take to end once it was first stopped.
const END_LIMIT: Duration = Duration::from_secs(10);

/// How long a statement that was stopped may go on before it is stopped again, at first and at most. A KILL hits nothing
/// if it comes between two statements of one operation, or before the server has begun with the one it is meant for.
const AGAIN: Duration = Duration::from_millis(20);
const AGAIN_AT_MOST: Duration = Duration::from_secs(1);

/// Stops what a connection does by KILL QUERY, over a connection of its own.
pub(super) struct Canceller(Arc<Inner>);

struct Inner {
    options: MysqlOptions,
    /// Which connection's statement is to end, and of which server.
    server: Server,
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
    pub(super) fn new(options: MysqlOptions, server: Server) -> Self {
        Self(Arc::new(Inner {
            options,
            server,
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
    ///
    /// # Errors
    /// `ConnectionLost` if it does not end then: the connection is of no more use.
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
        if late {
            self.cancel().await;
        }
        let mut pause = AGAIN;
        let stopping = async {
            loop {
                match timeout(pause, statement.as_mut()).await {
                    Ok(result) => break result,
                    Err(_) => self.cancel().await,
                }
                pause = (pause * 2).min(AGAIN_AT_MOST);
            }
        };
        let result = timeout(END_LIMIT, stopping).await.unwrap_or_else(|elapsed| {
            let words = "the statement was to be stopped, and does not end";
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
        // Behind a name there may be several servers, and on another one the number is somebody else's.
        if !self.server.is_at(&mut conn).await {
            let _ = conn.disconnect().await;
            return;
        }
        let before = Sent::of(self.sent.swap(Sent::Unanswered as u8, Ordering::AcqRel));
        let answered = conn.query_drop(format!("KILL QUERY {}", self.server.connection_id)).await;
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
        f.debug_struct("Canceller").field("id", &self.0.server.connection_id).finish_non_exhaustive()
    }
}
