use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering},
};

use sqlsession_core::driver::ServerTransaction;
use tokio::sync::Notify;

use super::description::Description;

/// What the server said last, as the wire showed it.
#[derive(Debug)]
pub(crate) struct ServerState {
    /// The byte of the last ReadyForQuery; 0 before the first.
    status: AtomicU8,
    /// Requests that the server will answer with a ReadyForQuery.
    asked: AtomicU64,
    /// ReadyForQuery messages that came.
    answered: AtomicU64,
    answer: Notify,
    /// The server waits for the data of a COPY, or sends them.
    copying: AtomicBool,
    description: Mutex<Option<Description>>,
}

impl ServerState {
    pub(super) fn new() -> Self {
        Self {
            status: AtomicU8::new(0),
            // The first ReadyForQuery answers the message that starts the session.
            asked: AtomicU64::new(1),
            answered: AtomicU64::new(0),
            answer: Notify::new(),
            copying: AtomicBool::new(false),
            description: Mutex::new(None),
        }
    }

    /// Whether a transaction is open, as the last answer said.
    pub(crate) fn transaction(&self) -> ServerTransaction {
        match self.status.load(Ordering::Acquire) {
            b'I' => ServerTransaction::Idle,
            b'T' => ServerTransaction::Open,
            b'E' => ServerTransaction::Failed,
            _ => ServerTransaction::Unknown,
        }
    }

    /// Whether the server has answered all that was sent.
    fn is_answered(&self) -> bool {
        self.answered.load(Ordering::Acquire) >= self.asked.load(Ordering::Acquire)
    }

    /// Waits until the server has answered all that was sent: an error comes before the ReadyForQuery of its request.
    ///
    /// Cancel safe. A connection that is lost leaves it waiting.
    pub(crate) async fn all_answered(&self) {
        while !self.is_answered() {
            let answer = self.answer.notified();
            if self.is_answered() {
                return;
            }
            answer.await;
        }
    }

    /// Whether a COPY has begun that nobody has ended.
    pub(crate) fn is_copying(&self) -> bool {
        self.copying.load(Ordering::Acquire)
    }

    /// The columns of the statement that was described last; `None` if it returns no rows.
    pub(crate) fn description(&self) -> Option<Description> {
        self.description.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(super) fn describe(&self, description: Option<Description>) {
        *self.description.lock().unwrap_or_else(PoisonError::into_inner) = description;
    }

    pub(super) fn sent_request(&self) {
        self.asked.fetch_add(1, Ordering::AcqRel);
    }

    /// The server reads data now. It passes over the Sync that came with the request.
    pub(super) fn began_copy_in(&self) {
        self.asked.fetch_sub(1, Ordering::AcqRel);
        self.copying.store(true, Ordering::Release);
    }

    pub(super) fn is_ready(&self, status: u8) {
        self.copying.store(false, Ordering::Release);
        self.status.store(status, Ordering::Release);
        self.answered.fetch_add(1, Ordering::AcqRel);
        self.answer.notify_waiters();
    }
}
