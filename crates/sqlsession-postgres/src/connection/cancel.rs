use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use sqlsession_core::driver::{BoxFuture, Cancel};
use tokio::time::timeout;
use tokio_postgres::CancelToken;

use crate::{connect::Address, wire::ServerState};

/// How long the server may take to answer a ROLLBACK that nobody waits for, before the statement behind it is cancelled.
const LIMIT: Duration = Duration::from_secs(5);

/// Stops what a connection does, over a connection of its own.
pub(super) struct Canceller(Arc<Inner>);

struct Inner {
    token: CancelToken,
    address: Address,
    server: Arc<ServerState>,
    /// A request was sent, and may reach the server after the statement it was meant for.
    sent: AtomicBool,
    /// Requests of which the server has not said that it took note: they may arrive at any time.
    astray: AtomicU32,
}

impl Canceller {
    pub(super) fn new(token: CancelToken, address: Address, server: Arc<ServerState>) -> Self {
        Self(Arc::new(Inner {
            token,
            address,
            server,
            sent: AtomicBool::new(false),
            astray: AtomicU32::new(0),
        }))
    }

    /// Whether a request was sent since the last time this was asked.
    pub(super) fn was_sent(&self) -> bool {
        self.0.sent.swap(false, Ordering::AcqRel)
    }

    /// Whether a request was sent, of which [`was_sent`](Self::was_sent) has not told.
    pub(super) fn is_sent(&self) -> bool {
        self.0.sent.load(Ordering::Acquire)
    }

    /// Whether a request may still hit any statement to come.
    pub(super) fn may_strike(&self) -> bool {
        self.0.astray.load(Ordering::Acquire) > 0
    }
}

impl Cancel for Canceller {
    fn cancel(&self) -> BoxFuture<'static, ()> {
        let inner = Arc::clone(&self.0);
        Box::pin(async move {
            if timeout(LIMIT, inner.server.has_rolled_back()).await.is_err() {
                // A server that does not even answer ROLLBACK is left alone: the connection is closed in the end.
                return;
            }
            inner.sent.store(true, Ordering::Release);
            inner.astray.fetch_add(1, Ordering::AcqRel);
            // A server that cannot be reached cannot be asked to stop; who waits for the operation has a limit.
            if inner.address.cancel(inner.token.clone()).await.is_ok() {
                inner.astray.fetch_sub(1, Ordering::AcqRel);
            }
        })
    }
}

impl std::fmt::Debug for Canceller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Canceller").field("host", self.0.address.host()).finish_non_exhaustive()
    }
}
