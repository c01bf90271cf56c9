//! How a transaction begins, nests and ends.

use super::{
    Keep, Savepoint,
    commit_end::tell_unheard,
    driver_session::DriverSession,
    durable::Durable,
    give_back::{LIMIT, cancel, give_back},
    lane::{Held, Lane, Task},
    state::{Breakage, Phase},
};
use crate::{
    Error, ErrorKind, Result,
    driver::{Begin, Control, Driver, DriverConnection, Outcome, ServerTransaction},
    pool::CloseReason,
    runtime::{timeout, turn},
};

impl<D: Driver> DriverSession<D> {
    /// Begins for the user. The server hears of it with the first statement.
    pub(super) async fn begin_now(&mut self) -> Result<()> {
        self.ready().await?;
        if self.state.in_transaction() {
            return Err(Error::new(
                ErrorKind::InvalidState,
                "a transaction is already begun: use begin_nested() for a savepoint",
            ));
        }
        self.begin_transaction();
        self.announce_begin();
        Ok(())
    }

    /// The transaction to open with the next statement, if it is not open.
    ///
    /// Only a transaction can refuse writes, so a session that is read-only has one in AUTOCOMMIT too.
    pub(super) fn begin_to_send(&self) -> Option<Begin> {
        let begin = self.options.begin();
        (self.state.phase() == Phase::Begun && (begin.read_only || !self.is_autocommit())).then_some(begin)
    }

    /// Opens the transaction that is due before something that cannot take BEGIN along.
    pub(super) async fn open_now(&mut self) -> Result<()> {
        if let Some(begin) = self.begin_to_send() {
            self.control(Control::Begin(begin)).await?;
        }
        Ok(())
    }

    pub(super) async fn begin_nested_now(&mut self) -> Result<Savepoint> {
        self.ready().await?;
        // Before the new one is on the stack, from which those that were abandoned take all above them.
        self.undo_abandoned().await?;
        if !self.state.in_transaction() {
            self.check_autobegin()?;
            self.begin_transaction();
            self.announce_begin();
        }
        // What was added before it stays when it is rolled back.
        self.flush_now().await?;
        let savepoint = self.state.push_savepoint();
        if let Some(work) = &mut self.work {
            work.mark(savepoint.number);
        }
        if self.keep == Keep::UntilClose {
            // A connection's savepoint is set at once, as SQLAlchemy's is.
            if let Err(error) = self.send_savepoints().await {
                if let Ok(position) = self.state.find(savepoint) {
                    self.state.cut(position);
                }
                self.state.answered();
                return Err(error);
            }
        }
        self.state.answered();
        Ok(savepoint)
    }

    /// Sends the savepoints the server does not know yet, and rolls back those that were abandoned.
    pub(super) async fn send_savepoints(&mut self) -> Result<()> {
        if self.state.levels().is_empty() {
            return Ok(());
        }
        self.undo_abandoned().await?;
        let waiting: Vec<u32> =
            self.state.levels().iter().filter(|level| !level.set).map(|level| level.number).collect();
        if waiting.is_empty() {
            return Ok(());
        }
        self.acquire().await?;
        self.open_now().await?;
        for number in waiting {
            self.tell_savepoint(number, |l, e| l.savepoint(e));
            self.control(Control::Savepoint(number)).await?;
            self.state.mark_set(number);
        }
        self.check_connection()
    }

    /// Rolls back the savepoints whose block ended without a word.
    pub(super) async fn undo_abandoned(&mut self) -> Result<()> {
        match self.state.levels().iter().position(|level| level.abandoned) {
            Some(position) => self.undo_level(position).await,
            None => Ok(()),
        }
    }

    pub(super) async fn release_savepoint(&mut self, savepoint: Savepoint) -> Result<()> {
        self.ready().await?;
        // Released with the savepoint around them, their work would be kept.
        self.undo_abandoned().await?;
        self.state.find(savepoint)?;
        self.flush_now().await?;
        let position = self.state.find(savepoint)?;
        for inner in self.state.levels()[position..].iter().rev().filter(|level| level.set) {
            self.tell_savepoint(inner.number, |l, e| l.release_savepoint(e));
        }
        let level = self.state.levels()[position];
        if level.set {
            // One that fails leaves the savepoint, to be rolled back to.
            let released = self.control(Control::Release(level.number)).await;
            self.state.answered();
            released?;
        }
        self.state.answered();
        if let Ok(position) = self.state.find(savepoint) {
            self.state.cut(position);
        }
        Ok(())
    }

    pub(super) async fn rollback_to_savepoint(&mut self, savepoint: Savepoint) -> Result<()> {
        let former = self.state.levels().to_vec();
        if self.state.is_active(savepoint) {
            // Dropped before it is sent, it comes before whatever is next.
            self.abandon(savepoint);
            // It is undone with the savepoint.
            let _ = self.end_stream().await;
        } else if let (Ok(_), Some(work)) = (self.state.find_unended(savepoint), &mut self.work) {
            work.cut_again(savepoint.number);
        }
        if self.state.is_lost() {
            // What was done since is undone with all the rest, of which the next statement will tell.
            let position = self.state.find_unended(savepoint)?;
            self.state.cut(position);
            return Ok(());
        }
        self.ready().await?;
        let position = self.state.find_unended(savepoint)?;
        let undone = self.undo_level(position).await;
        if undone.is_err() {
            // The user has heard of it, and says what is next.
            self.state.are_left_as(&former);
        }
        undone
    }

    /// Rolls back a savepoint that was abandoned, and those inside of it. What was added there was let go of then.
    async fn undo_level(&mut self, position: usize) -> Result<()> {
        let level = self.state.levels()[position];
        if level.set {
            self.tell_savepoint(level.number, |l, e| l.rollback_savepoint(e));
            self.control(Control::RollbackTo(level.number)).await?;
        }
        self.state.cut(position);
        Ok(())
    }

    pub(super) fn tell_savepoint(
        &self,
        number: u32,
        call: fn(&dyn crate::events::Events, crate::events::SavepointEvent),
    ) {
        if let Some(lease) = self.lane.lease_at_rest() {
            lease.listeners().tell_savepoint(lease.number(), number, call);
        }
    }

    /// Commits the whole transaction, through all its savepoints.
    pub(super) async fn commit_now(&mut self) -> Result<()> {
        if self.keep == Keep::Closed {
            return Ok(());
        }
        // What is seldom needed is boxed, which keeps the future of a plain commit small.
        if !self.is_in_stride() {
            Box::pin(self.ready()).await?;
        }
        if !self.state.in_transaction() {
            return self.check_autobegin();
        }
        if !self.state.levels().is_empty() {
            Box::pin(self.undo_abandoned()).await?;
        }
        if self.has_pending() {
            Box::pin(self.flush_to_commit()).await?;
        }
        if self.state.is_lost() {
            return Err(self.gone());
        }
        for level in self.state.levels().iter().rev().filter(|level| level.set) {
            self.tell_savepoint(level.number, |l, e| l.release_savepoint(e));
        }
        let connection = self.lane.lease_at_rest().map(|lease| {
            lease.tell(|l, e| l.commit(e));
            lease.number()
        });
        match self.lane.server_transaction() {
            Some(ServerTransaction::Failed) => {
                self.state.break_with(Breakage::CommitFailed);
                let error = Error::new(
                    ErrorKind::InvalidState,
                    "the transaction failed earlier and cannot be committed: call rollback()",
                );
                self.tell_commit_ended(connection, Some(&error));
                return Err(error);
            }
            Some(ServerTransaction::Open | ServerTransaction::Unknown) => {
                // What was said of a text that was never sent does not hold of this.
                self.state.runs(Durable::Nothing);
                let durable_before = self.retrospect.commits();
                let committed =
                    self.run(Task::Commit, |connection| connection.control(Control::Commit)).await;
                if let Err(error) = committed {
                    self.end_failed(Breakage::CommitFailed).await;
                    let error = self.as_of_commit(error, durable_before);
                    self.tell_commit_ended(connection, Some(&error));
                    return Err(error);
                }
            }
            Some(ServerTransaction::Idle) | None => {
                // There is nothing to commit. What cannot be undone goes with its connection.
                let _ = self.let_go().await;
            }
        }
        self.tell_commit_ended(connection, None);
        self.state.end();
        let committed = self.work.as_mut().map_or(Ok(()), |work| work.committed());
        if let Err(error) = &committed {
            self.retrospect.failed(error);
        }
        self.release();
        committed
    }

    /// The error of a COMMIT, or of what it was to ride with: when its answer never came, nobody knows, whatever the
    /// driver calls it.
    pub(super) fn as_of_commit(&mut self, error: Error, durable_before: bool) -> Error {
        if error.is_disconnect() {
            return error.with_kind(ErrorKind::CommitUnknown);
        }
        if error.kind() != ErrorKind::StatementCommitted {
            self.retrospect.not_committed(durable_before);
        }
        error
    }

    /// A session waits for rollback after a failed commit. A connection whose transaction is gone is out of it.
    pub(super) async fn end_failed(&mut self, breakage: Breakage) {
        if self.keep == Keep::UntilClose && self.is_idle() && !self.state.is_doubtful() {
            // What cannot be undone goes with its connection.
            let _ = self.let_go().await;
            self.state.end();
        } else if self.state.is_lost() {
            // That the commit failed says enough of a connection that was lost with it.
            self.state.break_with(Breakage::ConnectionLost);
        } else {
            self.state.break_with(if self.state.is_doubtful() { Breakage::PartlyDurable } else { breakage });
        }
    }

    /// Rolls back the whole transaction, whatever state it is in.
    pub(super) async fn rollback_now(&mut self) -> Result<()> {
        let told = self.end_durable_stream().await;
        let stopped = self.stop_running(self.keep != Keep::UntilClose).await;
        let durable = told.and(stopped).and(self.state.tell_doubt());
        if let Err(error) = &durable {
            self.retrospect.failed(error);
            if matches!(error.kind(), ErrorKind::CommitUnknown | ErrorKind::StatementCommitted) {
                // For the next rollback, if this one is dropped before it has told.
                self.state.doubt();
            }
        }
        if let Lane::Held(_, Held::Ready(connection)) = &self.lane {
            let is_idle = connection.server_transaction() == ServerTransaction::Idle;
            let undoes = self.state.in_transaction() && !self.state.is_rolled_back_by_flush();
            if !is_idle {
                if undoes {
                    // For the next operation, if this one is dropped before it has sent anything.
                    self.state.break_with(Breakage::Interrupted);
                }
                self.use_budget().await;
            }
            if undoes && let Some(lease) = self.lane.lease_at_rest() {
                lease.tell(|l, e| l.rollback(e));
            }
            let undone = if is_idle {
                self.let_go().await
            } else {
                let started = self.begin_on_lane(Task::Rollback, |c| c.control(Control::Rollback));
                self.end_rollback(started).await
            };
            self.end_undone();
            self.release();
            return durable.and(undone);
        }
        self.end_undone();
        self.release();
        durable
    }

    /// Rolls back what the server may hold of the transaction of a connection that stays, and does not say: MySQL the locks and
    /// the snapshot of a first statement that failed. The driver knows if there is nothing.
    async fn let_go(&mut self) -> Result<()> {
        if self.keep != Keep::UntilClose || !self.is_idle() || !self.has_own_work() {
            return Ok(());
        }
        match self.lane.start(Task::Rollback, |connection| connection.control(Control::Rollback)) {
            Some(Ok(_)) => Ok(()),
            started => {
                self.warned = None;
                Box::pin(self.end_rollback(started)).await
            }
        }
    }

    /// Waits for the end of a ROLLBACK. The connection of one that fails is thrown away: what it holds must not become part of
    /// the next transaction.
    async fn end_rollback(&mut self, started: Option<Result<Outcome>>) -> Result<()> {
        let result = match started {
            Some(result) => result,
            None => match timeout(LIMIT, self.drive()).await {
                Some(result) => result,
                None => Err(unanswered("the server does not answer a rollback")),
            },
        };
        if let Err(error) = &result {
            self.retrospect.failed(error);
            self.throw_away(if error.is_disconnect() { CloseReason::Lost } else { CloseReason::Unclean });
        }
        result.map(drop)
    }

    /// Stops what a dropped future left running, and reads its end. The connection of what does not end is thrown away,
    /// soon if it `leaves` the session anyway.
    ///
    /// # Errors
    /// `CommitUnknown` when it was a COMMIT that has gone through, or may have, by itself, with a statement or in a text, or a
    /// statement in AUTOCOMMIT that has; `StatementCommitted` when a statement has been committed by itself.
    pub(super) async fn stop_running(&mut self, leaves: bool) -> Result<()> {
        let Some(task) = self.lane.task() else { return Ok(()) };
        self.state.break_with(Breakage::Interrupted);
        let connection = self.lane.lease().map_or(0, |lease| lease.number());
        let mut patience = match self.lane.lease() {
            Some(lease) => cancel(lease, task).await,
            None => LIMIT,
        };
        if !leaves {
            // What else there is on the connection is the user's.
            patience = LIMIT;
        }
        let result = if task == Task::Commit {
            self.lane.drive().await
        } else if let Some(result) = timeout(patience, self.lane.drive()).await {
            result
        } else {
            self.throw_away(CloseReason::Unclean);
            let error = Error::new(ErrorKind::ConnectionLost, "the server does not answer a cancel");
            let verdict = self.stopped(task, connection, Some(Err(error)));
            // Dropped here, it has told nobody.
            let doubtful = self.state.is_doubtful();
            if verdict.is_err() {
                self.state.doubt();
            }
            turn().await;
            self.state.set_doubtful(doubtful);
            return verdict;
        };
        self.stopped(task, connection, result)
    }

    /// Takes the end of what was stopped into account. Fails as [`stop_running`](Self::stop_running) does.
    fn stopped(&mut self, task: Task, connection: u64, result: Option<Result<Outcome>>) -> Result<()> {
        let is_open = self.lane.server_transaction().map(|server| server != ServerTransaction::Idle);
        tell_unheard(&self.shared.listeners, connection, task, result.as_ref(), is_open);
        let of_text = self.state.take_durable().of_dropped(task, result.as_ref());
        let committed = |words: &'static str| Err(Error::new(ErrorKind::CommitUnknown, words));
        match (task, &result) {
            (Task::Release(number), Some(Ok(_))) => self.state.released(number),
            (Task::RollbackTo(number), Some(Ok(_))) => self.state.mark_unset(number),
            _ => {}
        }
        match (task, result) {
            (_, Some(Err(error))) if error.kind() == ErrorKind::StatementCommitted => Err(error),
            (Task::Unit, Some(Ok(_))) if self.lane.is_empty() => {
                committed("the connection was of no more use after a commit whose future was dropped")
            }
            (Task::Unit, Some(Ok(_))) if !self.is_idle() => of_text,
            (Task::Commit | Task::Unit, Some(Ok(_))) => {
                committed("the commit whose future was dropped has gone through: the work is durable")
            }
            // In AUTOCOMMIT the outermost savepoint of SQLite is a transaction.
            (Task::Release(_), Some(Ok(_))) if self.is_idle() => {
                committed("the release whose future was dropped has gone through: the work is durable")
            }
            (Task::Commit | Task::Unit, Some(Err(error))) if error.is_disconnect() => {
                committed("the connection was lost under a commit whose future was dropped")
            }
            _ => of_text,
        }
    }

    /// Whether the server has said that there is no transaction.
    pub(super) fn is_idle(&self) -> bool {
        self.lane.server_transaction() == Some(ServerTransaction::Idle)
    }

    /// Rolls back what is open and gives the connection back for good or, for a session, until its next statement.
    pub(super) async fn close_now(&mut self) -> Result<()> {
        if self.keep == Keep::Closed {
            return Ok(());
        }
        let told = self.end_durable_stream().await;
        let stopped = if self.lane.task().is_some() { self.stop_running(true).await } else { Ok(()) };
        let stopped = told.and(stopped).and(self.state.tell_doubt());
        if self.state.in_transaction()
            && !self.state.is_rolled_back_by_flush()
            && let Some(lease) = self.lane.lease_at_rest()
        {
            lease.tell(|l, e| l.rollback(e));
        }
        let own = self.has_own_work();
        self.end_undone();
        give_back(self.lane.take(), own);
        if self.keep == Keep::UntilClose {
            self.keep = Keep::Closed;
        }
        stopped
    }

    /// Throws the connection away: whatever is open is lost, and the pool opens another when one is needed.
    pub(super) fn invalidate_now(&mut self) {
        self.state.break_with(Breakage::ConnectionLost);
        self.throw_away(CloseReason::Invalidated);
        if self.keep == Keep::UntilEnd {
            self.end_undone();
        }
    }

    /// Sends what a transaction needs beside its statements. It may take as long as one of them and its cancel.
    pub(super) async fn control(&mut self, control: Control) -> Result<Outcome> {
        // What was said of a text that was never sent does not hold of this.
        self.state.runs(Durable::Nothing);
        let task = match control {
            Control::Release(number) => Task::Release(number),
            Control::RollbackTo(number) => Task::RollbackTo(number),
            _ => Task::Statement,
        };
        let Some(limit) = self.options.statement_timeout else {
            return self.run(task, |connection| connection.control(control)).await;
        };
        let limit = limit.saturating_add(LIMIT);
        let running = self.run(task, |connection| connection.control(control));
        if let Some(result) = timeout(limit, running).await {
            return result;
        }
        self.throw_away(CloseReason::Lost);
        self.state.break_with(Breakage::ConnectionLost);
        let error = unanswered("the server does not answer what belongs to the transaction");
        self.retrospect.failed(&error);
        Err(error)
    }

    pub(super) fn throw_away(&mut self, reason: CloseReason) {
        let (lease, connection) = match self.lane.take() {
            Lane::Empty | Lane::Held(_, Held::Gone) => return,
            Lane::Held(lease, Held::Ready(connection)) => (lease, Some(connection)),
            // The operation goes, and the connection with it.
            Lane::Held(lease, Held::Busy(..)) => (lease, None),
        };
        lease.tell(|l, e| l.invalidate(e));
        lease.discard(connection, reason);
    }
}

fn unanswered(words: &'static str) -> Error {
    Error::new(ErrorKind::ConnectionLost, words)
}
