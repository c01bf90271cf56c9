use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering, fence},
};

use sqlsession_core::driver::ServerTransaction;
use tokio::sync::Notify;

use super::{
    begin::{Before, Message},
    copied_out::{CopiedOut, LastCopyOut},
    description::Description,
};

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
    /// Those who wait for one.
    waiting: AtomicUsize,
    /// A COPY is on its way that [`CopyIn`](crate::CopyIn) begins, and its Sync was not sent yet.
    beginning_copy: AtomicBool,
    /// The server waits for data of a COPY that nobody will send.
    stuck: AtomicBool,
    copied_out: LastCopyOut,
    /// The tag of the last statement that was completed and was no SELECT begins with this byte.
    completed: AtomicU8,
    /// A ROLLBACK is on its way, for whose answer nobody waits.
    rolling_back: AtomicBool,
    /// That ROLLBACK has failed, or the answers are not those to what was asked.
    unclean: AtomicBool,
    /// It has said an error since it was ready.
    refused: AtomicBool,
    /// The connection is closed: there will be no more answers.
    over: AtomicBool,
    /// What was prepared is gone, and with it the statements by which tokio-postgres looks types up.
    deallocated: AtomicBool,
    /// A LISTEN has succeeded.
    listening: AtomicBool,
    /// Types that are not built in look like text.
    masked: AtomicBool,
    /// A BEGIN waits for the statement that it is to be sent with.
    begins: AtomicBool,
    begin: Mutex<Message>,
    described: Mutex<Described>,
}

/// What is known of the columns of a statement that was not prepared.
#[derive(Debug, Default)]
enum Described {
    /// Nobody asked.
    #[default]
    Unasked,
    Awaited,
    /// `None` if it returns no rows.
    As(Option<Description>),
}

impl ServerState {
    pub(super) fn new() -> Self {
        Self {
            status: AtomicU8::new(0),
            // The first ReadyForQuery answers the message that starts the session.
            asked: AtomicU64::new(1),
            answered: AtomicU64::new(0),
            answer: Notify::new(),
            waiting: AtomicUsize::new(0),
            beginning_copy: AtomicBool::new(false),
            stuck: AtomicBool::new(false),
            copied_out: LastCopyOut::none(),
            completed: AtomicU8::new(0),
            rolling_back: AtomicBool::new(false),
            unclean: AtomicBool::new(false),
            refused: AtomicBool::new(false),
            over: AtomicBool::new(false),
            deallocated: AtomicBool::new(false),
            listening: AtomicBool::new(false),
            masked: AtomicBool::new(false),
            begins: AtomicBool::new(false),
            begin: Mutex::default(),
            described: Mutex::new(Described::Unasked),
        }
    }

    /// Whether a transaction is open, as the last answer said, or will be when the [ROLLBACK](Self::rolls_back) has
    /// arrived.
    pub(crate) fn transaction(&self) -> ServerTransaction {
        if self.rolling_back.load(Ordering::Acquire) {
            return ServerTransaction::Idle;
        }
        match self.status.load(Ordering::Acquire) {
            b'I' => ServerTransaction::Idle,
            b'T' => ServerTransaction::Open,
            b'E' => ServerTransaction::Failed,
            _ => ServerTransaction::Unknown,
        }
    }

    /// A ROLLBACK is sent now, behind which what comes next queues up. The first answer that leaves no transaction open,
    /// or is an error, is its own.
    pub(crate) fn rolls_back(&self) {
        self.rolling_back.store(true, Ordering::Release);
    }

    /// Waits until that ROLLBACK is answered: a cancel is not meant for it.
    ///
    /// Cancel safe.
    pub(crate) async fn has_rolled_back(&self) {
        let waits = || self.rolling_back.load(Ordering::Acquire) && !self.over.load(Ordering::Acquire);
        self.wait_while(waits).await;
    }

    /// Whether that ROLLBACK has failed, so that the transaction is still there, or answers may be another's.
    pub(crate) fn is_unclean(&self) -> bool {
        self.unclean.load(Ordering::Acquire)
    }

    /// Whether the server has answered all that was sent, or never will.
    pub(crate) fn is_answered(&self) -> bool {
        let waits = self.rolling_back.load(Ordering::Acquire)
            || self.answered.load(Ordering::Acquire) < self.asked.load(Ordering::Acquire);
        !waits || self.over.load(Ordering::Acquire)
    }

    /// Waits until the server has answered all that was sent: an error comes before the ReadyForQuery of its request.
    ///
    /// Cancel safe.
    pub(crate) async fn all_answered(&self) {
        self.wait_while(|| !self.is_answered()).await;
    }

    async fn wait_while(&self, waits: impl Fn() -> bool) {
        if !waits() {
            return;
        }
        let _waiting = Waiting::of(&self.waiting);
        while waits() {
            let answer = self.answer.notified();
            if waits() {
                answer.await;
            }
        }
    }

    /// A COPY is sent now whose data will follow.
    pub(crate) fn begins_copy(&self) {
        self.beginning_copy.store(true, Ordering::Release);
    }

    /// Whether the Sync of that COPY is still to come.
    pub(super) fn is_beginning_copy(&self) -> bool {
        self.beginning_copy.load(Ordering::Acquire)
    }

    /// Its Sync was put off, or it could not be sent.
    pub(crate) fn began_copy(&self) {
        self.beginning_copy.store(false, Ordering::Release);
    }

    /// Whether the server waits for data that nobody will send: a COPY was run as a statement.
    pub(crate) fn is_stuck(&self) -> bool {
        self.stuck.load(Ordering::Acquire)
    }

    pub(super) fn is_stuck_now(&self) {
        self.stuck.store(true, Ordering::Release);
    }

    /// The last COPY … TO STDOUT.
    pub(crate) fn copied_out(&self) -> CopiedOut {
        self.copied_out.get()
    }

    /// It is told of.
    pub(crate) fn forget_copied_out(&self) {
        self.copied_out.set(CopiedOut::Nothing);
    }

    pub(super) fn copies_out(&self) {
        self.copied_out.set(CopiedOut::Begun);
    }

    /// Whether the last statement was a COMMIT, of which the server did not make a ROLLBACK.
    pub(crate) fn has_committed(&self) -> bool {
        self.completed.load(Ordering::Acquire) == b'C'
    }

    pub(super) fn completes(&self, tag: u8) {
        // tokio-postgres looks types up behind a COMMIT that has nothing to do with it.
        if tag != b'S' {
            self.completed.store(tag, Ordering::Release);
        }
    }

    /// Whether what was prepared is gone, so that no type can be looked up any more.
    pub(crate) fn has_deallocated(&self) -> bool {
        self.deallocated.load(Ordering::Acquire)
    }

    pub(crate) fn deallocates(&self) {
        self.deallocated.store(true, Ordering::Release);
    }

    /// Whether a channel may be listened to.
    pub(crate) fn is_listening(&self) -> bool {
        self.listening.load(Ordering::Acquire)
    }

    pub(super) fn listens(&self) {
        self.listening.store(true, Ordering::Release);
    }

    pub(crate) fn no_longer_listens(&self) {
        self.listening.store(false, Ordering::Release);
    }

    /// Whether the server has said an error and is not ready for more yet.
    pub(crate) fn has_refused(&self) -> bool {
        self.refused.load(Ordering::Acquire)
    }

    pub(super) fn refuses(&self) {
        self.refused.store(true, Ordering::Release);
    }

    /// The columns of the next statement that is described and run at once are wanted, by [`description`](Self::description).
    pub(crate) fn await_description(&self) {
        *self.described() = Described::Awaited;
    }

    pub(super) fn awaits_description(&self) -> bool {
        matches!(*self.described(), Described::Awaited)
    }

    /// The columns of that statement; `None` if it returns no rows.
    pub(crate) fn description(&self) -> Option<Description> {
        match std::mem::take(&mut *self.described()) {
            Described::As(description) => description,
            Described::Unasked | Described::Awaited => None,
        }
    }

    /// The columns of that statement, which are still to be asked for.
    pub(crate) fn description_so_far(&self) -> Option<Description> {
        match &*self.described() {
            Described::As(description) => description.clone(),
            Described::Unasked | Described::Awaited => None,
        }
    }

    /// The statement whose columns are wanted is described.
    pub(super) fn describe(&self, description: Option<Description>) {
        *self.described() = Described::As(description);
    }

    // A panic cannot leave it half-written.
    fn described(&self) -> MutexGuard<'_, Described> {
        self.described.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection is closed: nobody must wait for it.
    pub(crate) fn end(&self) {
        self.over.store(true, Ordering::Release);
        self.wake();
    }

    /// What is sent next is sent with this BEGIN before it, in the same request.
    pub(crate) fn begins(&self, sql: &str, before: Before) {
        self.begin().write(sql, before);
        self.begins.store(true, Ordering::Release);
    }

    /// An operation has ended: if its BEGIN still waits, there was nothing that could be sent.
    pub(crate) fn begins_no_longer(&self) {
        if self.begins.load(Ordering::Acquire) {
            self.begins.store(false, Ordering::Release);
        }
    }

    /// What a BEGIN waits for, if one does.
    pub(super) fn begins_before(&self) -> Option<Before> {
        self.begins.load(Ordering::Acquire).then(|| self.begin().before)
    }

    /// Gives the BEGIN that waits, for one that was sent before.
    pub(super) fn take_begin(&self, sent: &mut Message) {
        std::mem::swap(sent, &mut self.begin());
        self.begins.store(false, Ordering::Release);
    }

    // A panic cannot leave it half-written.
    fn begin(&self) -> MutexGuard<'_, Message> {
        self.begin.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From here on types that are not built in look like text. Called between two requests.
    pub(crate) fn mask_types(&self) {
        self.masked.store(true, Ordering::Release);
    }

    pub(crate) fn masks_types(&self) -> bool {
        self.masked.load(Ordering::Acquire)
    }

    /// How many requests were sent.
    pub(super) fn requests(&self) -> u64 {
        self.asked.load(Ordering::Acquire)
    }

    /// How many of them were answered to their end.
    pub(super) fn answers(&self) -> u64 {
        self.answered.load(Ordering::Acquire)
    }

    pub(super) fn sent_request(&self) {
        count(&self.asked);
    }

    pub(super) fn is_unclean_now(&self) {
        self.unclean.store(true, Ordering::Release);
    }

    pub(super) fn is_ready(&self, status: u8) {
        self.stuck.store(false, Ordering::Release);
        let refused = self.refused.load(Ordering::Acquire);
        if refused {
            self.refused.store(false, Ordering::Release);
        }
        self.status.store(status, Ordering::Release);
        if self.rolling_back.load(Ordering::Acquire) && (status == b'I' || refused) {
            if status != b'I' {
                self.is_unclean_now();
            }
            self.rolling_back.store(false, Ordering::Release);
        }
        self.copied_out.is_ready(status, refused, self.has_committed());
        count(&self.answered);
        if self.answers() > self.requests() {
            self.is_unclean_now();
        }
        self.wake();
    }

    /// Wakes those who wait for an answer. Where nobody does, which is the usual way, that takes no lock.
    fn wake(&self) {
        // Who begins to wait now sees what has just been noted, or is seen here.
        fence(Ordering::SeqCst);
        if self.waiting.load(Ordering::Relaxed) > 0 {
            self.answer.notify_waiters();
        }
    }
}

/// Somebody who waits, until it is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn of(waiting: &'a AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        Self(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// One more. Only the task that turns the connection counts, so that nothing has to be locked.
fn count(number: &AtomicU64) {
    number.store(number.load(Ordering::Relaxed) + 1, Ordering::Release);
}
