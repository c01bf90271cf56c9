use std::sync::Arc;

use super::{
    Info, Savepoint, SessionOptions,
    durable::Durable,
    give_back::give_back,
    lane::{Held, Lane, Task},
    retrospect::Retrospect,
    state::{Breakage, Phase, TransactionState},
};
use crate::{
    Error, ErrorKind, Result,
    driver::{
        Control, Driver, DriverConnection, Face, IsolationLevel, Operation, Outcome, ServerTransaction,
    },
    engine::Shared,
    pool::{Lease, SetLevel},
    result::Mark,
    runtime::use_budget_now,
    statement::CompiledText,
    unit_of_work::UnitOfWork,
};

/// The state machine behind sessions and connections, over one driver.
///
/// A session takes a connection with its first statement and gives it back when its transaction ends; a connection of
/// the engine is the same machine that keeps it until it is closed.
pub struct DriverSession<D: Driver> {
    pub(super) shared: Arc<Shared<D>>,
    pub(super) options: SessionOptions,
    pub(super) keep: Keep,
    pub(super) lane: Lane<D>,
    pub(super) state: TransactionState,
    pub(super) retrospect: Retrospect,
    pub(super) info: Info,
    /// What it holds of entities, once it has been given one.
    pub(super) work: Option<Box<UnitOfWork>>,
    /// The result whose warnings the server still has: that of the operation that ran last.
    pub(super) warned: Option<Mark>,
    /// A stream that was dropped before its end, and may write.
    pub(super) left: Option<Box<LeftStream>>,
    /// The text that was started last, which its error names. Run again, it is not counted once more.
    pub(super) text: Option<Arc<CompiledText>>,
}

/// A stream whose end nobody has heard of.
pub(super) struct LeftStream {
    pub(super) sql: Arc<str>,
    /// What it has failed with, if that is known.
    pub(super) failure: Option<Error>,
}

/// When the connection goes back to the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// When the transaction ends: a session.
    UntilEnd,
    /// When it is closed: a connection of the engine.
    UntilClose,
    /// Never again: it was closed.
    Closed,
}

impl<D: Driver> DriverSession<D> {
    pub(crate) fn session(shared: Arc<Shared<D>>, options: SessionOptions) -> Self {
        Self::new(shared, options, Keep::UntilEnd)
    }

    /// A connection of the engine, checked out. Boxed before it is: it moves no more.
    pub(crate) async fn connection(shared: Arc<Shared<D>>, options: SessionOptions) -> Result<Box<Self>> {
        let mut connection = Box::new(Self::new(shared, options, Keep::UntilClose));
        connection.check_out().await?;
        Ok(connection)
    }

    /// The same, if the pool has one at hand.
    pub(crate) fn connection_at_once(shared: &Arc<Shared<D>>, options: &SessionOptions) -> Option<Box<Self>> {
        if shared.face == Face::Async && !use_budget_now() {
            return None;
        }
        let (lease, connection) = shared.pool.checkout_at_once(shared)?;
        let mut session = Box::new(Self::new(shared.clone(), options.clone(), Keep::UntilClose));
        session.lane = Lane::ready(lease, connection);
        Some(session)
    }

    fn new(shared: Arc<Shared<D>>, options: SessionOptions, keep: Keep) -> Self {
        let options = options.or(&shared.session_defaults);
        Self {
            shared,
            options,
            keep,
            lane: Lane::Empty,
            state: TransactionState::default(),
            retrospect: Retrospect::default(),
            info: Info::new(),
            work: None,
            warned: None,
            left: None,
            text: None,
        }
    }

    /// Whether the server may hold something of the session's transaction. MySQL holds the locks of a first statement that failed,
    /// and does not say that a transaction is open.
    pub(super) fn has_own_work(&self) -> bool {
        self.state.is_sent() || (self.state.in_transaction() && !self.is_autocommit())
    }

    pub(super) fn is_autocommit(&self) -> bool {
        self.options.isolation_level == Some(IsolationLevel::Autocommit)
    }

    /// Whether a statement can start at once: in a transaction, with its connection at rest and as it is to be, and
    /// nothing to flush.
    pub(super) fn is_in_stride(&mut self) -> bool {
        if self.has_pending() || self.left.is_some() {
            return false;
        }
        let Lane::Held(lease, Held::Ready(connection)) = &mut self.lane else { return false };
        match self.state.phase() {
            Phase::Open => {
                matches!(connection.server_transaction(), ServerTransaction::Open | ServerTransaction::Failed)
            }
            Phase::Begun => lease
                .identity()
                .is_some_and(|identity| identity.isolation == SetLevel::Known(self.options.isolation_level)),
            Phase::Idle | Phase::Broken(_) => false,
        }
    }

    /// Begins where nothing has to be waited for: with a connection at rest, or one that the pool has at hand. Says whether a
    /// statement can start now; what has been done by then is not to be done again.
    pub(super) fn begin_in_stride(&mut self) -> bool {
        let begins = self.state.phase() == Phase::Idle
            && self.keep != Keep::Closed
            && self.options.autobegin.unwrap_or(true)
            && !self.has_pending();
        if !begins {
            return false;
        }
        match &self.lane {
            Lane::Held(_, Held::Ready(_)) => {}
            Lane::Held(_, Held::Busy(..)) => return false,
            Lane::Empty | Lane::Held(_, Held::Gone) => {
                self.lane = Lane::Empty;
                let Some((lease, connection)) = self.shared.pool.checkout_at_once(&self.shared) else {
                    return false;
                };
                self.warned = None;
                self.lane = Lane::ready(lease, connection);
            }
        }
        self.begin_transaction();
        self.announce_begin();
        self.is_in_stride()
    }

    /// Makes sure that nothing is left over from a future that was dropped.
    ///
    /// # Errors
    /// When only rollback and close are left, and when the connection was closed. That of a stream that was dropped, if it may
    /// have written.
    pub(super) async fn ready(&mut self) -> Result<()> {
        if self.keep == Keep::Closed {
            return Err(Error::new(ErrorKind::InvalidState, "this connection is closed"));
        }
        self.state.begins_another();
        self.end_stream().await?;
        if self.lane.task().is_some() {
            self.state.break_with(Breakage::Interrupted);
        }
        if self.state.phase() == Phase::Open {
            // The driver's own client may have ended the transaction. Where the driver cannot know, the server is asked:
            // what comes next must not run outside of a transaction.
            if self.lane.server_transaction() == Some(ServerTransaction::Unknown) {
                Box::pin(self.control(Control::Ping)).await?;
            }
            self.note(None);
        }
        self.state.check_usable().inspect_err(|error| self.retrospect.failed(error))
    }

    /// Reads the rest of a stream that was dropped. Nothing of it is wanted.
    ///
    /// # Errors
    /// What it failed with, if it may have written: nobody else has heard of it.
    pub(super) async fn end_stream(&mut self) -> Result<()> {
        let mut failure = None;
        if self.lane.task() == Some(Task::Stream)
            && let Some(result) = self.lane.drive().await
        {
            self.note(result.as_ref().err());
            self.look_back(&result);
            failure = self.settled(result).err();
            // Where the failure is told it says enough.
            if self.lane.is_empty() && (failure.is_none() || self.left.is_none()) {
                self.state.break_with(Breakage::ConnectionGone);
            }
        }
        let Some(left) = self.left.take() else { return Ok(()) };
        match failure {
            Some(error) => Err(error.with_statement(left.sql)),
            None => left.failure.map_or(Ok(()), Err),
        }
    }

    /// As [`end_stream`](Self::end_stream), where the stream's end is its commit: in AUTOCOMMIT nothing undoes it.
    ///
    /// # Errors
    /// As [`end_stream`](Self::end_stream).
    pub(super) async fn end_durable_stream(&mut self) -> Result<()> {
        if self.left.is_some() && self.is_autocommit() { Box::pin(self.end_stream()).await } else { Ok(()) }
    }

    /// Makes sure that there is a transaction for the user and a connection for it.
    pub(super) async fn acquire(&mut self) -> Result<()> {
        if !self.state.in_transaction() {
            self.check_autobegin()?;
            // Also when no connection can be had: the user's transaction begins with its first statement.
            self.begin_transaction();
            // A connection that is kept: its next transaction.
            self.announce_begin();
        }
        if self.lane.is_empty() {
            // What was open went with its connection: what comes next must not run outside of a transaction.
            if self.state.phase() != Phase::Begun {
                return Err(self.gone());
            }
            self.check_out().await?;
            self.announce_begin();
        }
        if self.is_isolation_wrong() {
            Box::pin(self.set_isolation()).await?;
        }
        self.check_connection()
    }

    /// What came before may have ended well, on a connection that was lost with its end.
    ///
    /// # Errors
    /// `ConnectionLost` where that has happened.
    pub(super) fn check_connection(&mut self) -> Result<()> {
        if self.lane.is_empty() { Err(self.gone()) } else { Ok(()) }
    }

    /// Tells that there is no connection any more where one is needed.
    pub(super) fn gone(&mut self) -> Error {
        self.state.break_with(Breakage::ConnectionLost);
        let error = Breakage::ConnectionGone.error();
        self.retrospect.failed(&error);
        error
    }

    /// # Errors
    /// Between transactions of a session that does not begin by itself.
    pub(super) fn check_autobegin(&self) -> Result<()> {
        if self.options.autobegin.unwrap_or(true) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::InvalidState,
            "this session does not begin by itself (autobegin is off): call begin() first",
        ))
    }

    pub(super) fn announce_begin(&mut self) {
        if let Some(lease) = self.lane.lease() {
            lease.tell(|l, e| l.begin(e));
        }
    }

    async fn check_out(&mut self) -> Result<()> {
        self.use_budget().await;
        self.warned = None;
        // The place of one that is gone may be the only one there is.
        self.lane = Lane::Empty;
        let (lease, connection) = match self.shared.pool.checkout_at_once(&self.shared) {
            Some(idle) => idle,
            None => {
                let checkout = self.shared.pool.checkout(&self.shared).await;
                checkout.inspect_err(|error| self.retrospect.failed(error))?
            }
        };
        self.lane = Lane::ready(lease, connection);
        Ok(())
    }

    /// Whether the connection has another isolation level than this session wants.
    fn is_isolation_wrong(&mut self) -> bool {
        let wanted = SetLevel::Known(self.options.isolation_level);
        self.lane.lease().and_then(Lease::identity).is_some_and(|identity| identity.isolation != wanted)
    }

    /// Sets the isolation level this session wants.
    async fn set_isolation(&mut self) -> Result<()> {
        let wanted = self.options.isolation_level;
        let Some(identity) = self.lane.lease().and_then(Lease::identity) else { return Ok(()) };
        // Until the answer is there nobody knows; a future dropped meanwhile must not leave the former level behind.
        identity.isolation = SetLevel::Unsure;
        self.control(Control::Isolation(wanted)).await?;
        if let Some(identity) = self.lane.lease().and_then(Lease::identity) {
            identity.isolation = SetLevel::Known(wanted);
        }
        Ok(())
    }

    /// Runs one operation on the connection and takes what it says into account.
    ///
    /// Not cancel safe in the user's sense: dropped, the operation stays in the lane and the session is interrupted.
    pub(super) async fn run(
        &mut self,
        task: Task,
        operation: impl FnOnce(D::Connection) -> Operation<D::Connection>,
    ) -> Result<Outcome> {
        self.use_budget().await;
        let result = match self.begin_on_lane(task, operation) {
            Some(result) => result,
            None => self.drive().await,
        };
        // After a rollback there is nothing to compare: the transaction is over.
        if task != Task::Rollback {
            self.note(result.as_ref().err());
        }
        if let Err(error) = &result {
            self.retrospect.failed(error);
        }
        result
    }

    /// Starts an operation on the connection, as [`Lane::start`] does. The warnings of the one before are gone.
    #[inline(always)]
    pub(super) fn begin_on_lane(
        &mut self,
        task: Task,
        operation: impl FnOnce(D::Connection) -> Operation<D::Connection>,
    ) -> Option<Result<Outcome>> {
        self.warned = None;
        self.lane.start(task, operation)
    }

    /// Drives the operation that was started to its end.
    pub(super) async fn drive(&mut self) -> Result<Outcome> {
        match self.lane.drive().await {
            Some(result) => result,
            None => Err(self.gone()),
        }
    }

    /// An answer that is there at once must not let one task keep its worker to itself. Between a flush that is durable and
    /// what it was done for no future can be dropped; the flush has used some.
    pub(super) async fn use_budget(&mut self) {
        if self.shared.face == Face::Async && !self.state.is_flushed() {
            tokio::task::coop::consume_budget().await;
        }
    }

    /// Compares the session's word with the server's after an operation.
    #[inline(always)]
    pub(super) fn note(&mut self, error: Option<&Error>) {
        match self.lane.server_transaction() {
            None if error.is_some_and(tells_of_the_end) => self.state.break_with(Breakage::ConnectionLost),
            None => self.state.break_with(Breakage::ConnectionGone),
            Some(ServerTransaction::Open | ServerTransaction::Failed) => self.state.opened(),
            Some(ServerTransaction::Unknown) if error.is_none() => self.state.opened(),
            Some(ServerTransaction::Idle) if self.state.phase() == Phase::Open => {
                if error.is_some() {
                    self.state.break_with(Breakage::RolledBack);
                } else {
                    // By COMMIT as a text, or by a statement that commits what was before it.
                    self.retrospect.committed();
                    self.state.ended_by_text();
                    self.forget_known();
                }
            }
            Some(_) => {}
        }
        if let Some(error) = error
            && self.state.durable() != Durable::Nothing
            && !is_unsent(error)
        {
            // In AUTOCOMMIT there is no transaction of which part could be durable.
            let has_run = !is_refusal(error) && !self.is_autocommit();
            self.state.text_failed(has_run && self.is_idle());
        }
    }

    /// As [`note`](Self::note), behind it, of an operation that was to open the transaction and runs several: the error of one
    /// that rolls back takes along those before it.
    pub(super) fn note_several(&mut self, error: Option<&Error>) {
        if self.state.phase() == Phase::Begun
            && self.is_idle()
            && error.is_some_and(|error| self.has_rolled_back(error))
        {
            self.state.break_with(Breakage::RolledBack);
            self.state.text_failed(true);
        }
    }

    /// Whether this error ends a transaction that the same operation has begun. Others leave none where none was opened, as one
    /// that MySQL says of a first statement, or SQLite of its BEGIN.
    fn has_rolled_back(&self, error: &Error) -> bool {
        use ErrorKind::{
            Cancelled, Deadlock, LockTimeout, ResourceExhausted, SerializationFailure, StatementTimeout,
        };
        match error.kind() {
            Deadlock | LockTimeout | SerializationFailure => true,
            Cancelled | ResourceExhausted | StatementTimeout => {
                !self.shared.driver.dialect().implicit_commits
            }
            _ => error.is_integrity() && !self.shared.driver.dialect().implicit_commits,
        }
    }

    /// Remembers how a statement ended.
    #[inline(always)]
    pub(super) fn look_back(&mut self, result: &Result<Outcome>) {
        match result {
            Ok(_) if self.is_autocommit() => self.retrospect.committed(),
            Err(error) if self.is_autocommit() && error.is_disconnect() => self.retrospect.committed(),
            Err(error) => self.retrospect.failed(error),
            Ok(_) => self.retrospect.succeeded(),
        }
    }

    /// Gives the connection back, if it is not to be kept.
    pub(super) fn release(&mut self) {
        if self.keep != Keep::UntilClose {
            give_back(self.lane.take(), true);
        }
    }

    /// A savepoint whose block was left without a word is rolled back before the next statement. What was added inside is
    /// let go of now: something else may be added before.
    pub(super) fn abandon(&mut self, savepoint: Savepoint) {
        if self.state.is_active(savepoint) {
            // A stream that was left stands inside of it, and is undone with it.
            self.left = None;
            self.work.get_or_insert_with(Box::default).cut(savepoint.number);
            self.state.mend();
        }
        self.state.abandon(savepoint);
    }
}

/// Whether this error has told that the transaction cannot go on. After what was committed by itself nothing may be said
/// that would let the unit run again.
fn tells_of_the_end(error: &Error) -> bool {
    error.is_disconnect() || error.kind() == ErrorKind::StatementCommitted
}

/// Whether it was not sent at all, so that nothing of it has run: of several statements some may have before one that a driver
/// has [refused](is_refusal).
fn is_unsent(error: &Error) -> bool {
    error.code().is_none() && error.kind() == ErrorKind::BadParameter
}

/// Whether a driver has refused to send something, so that it has not run: what a server refuses has its code.
fn is_refusal(error: &Error) -> bool {
    use ErrorKind::{BadParameter, OutOfRange, TypeMismatch, Unsupported};
    error.code().is_none() && matches!(error.kind(), BadParameter | OutOfRange | TypeMismatch | Unsupported)
}

impl<D: Driver> Drop for DriverSession<D> {
    fn drop(&mut self) {
        if let Lane::Held(lease, Held::Ready(connection)) = &self.lane
            && connection.server_transaction() != ServerTransaction::Idle
        {
            lease.tell(|l, e| l.rollback(e));
        }
        if self.left.is_some() && self.is_autocommit() && self.lane.task() == Some(Task::Stream) {
            // Nobody is there to be told of its end, which is its commit; but it is not to be stopped.
            self.lane.now_does(Task::DurableStream);
        }
        let own = self.has_own_work();
        give_back(self.lane.take(), own);
    }
}

impl<D: Driver> std::fmt::Debug for DriverSession<D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DriverSession")
            .field("options", &self.options)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
