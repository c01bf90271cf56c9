//! How what is pending is written, and what becomes of the transaction when that fails.

use std::sync::Arc;

use super::{
    KeyedSelect,
    driver_session::DriverSession,
    execute::{Prepared, StatementRequest},
    give_back::LIMIT,
    lane::Task,
    state::{Breakage, Phase},
    unfinished::Unfinished,
};
use crate::{
    Error, ErrorKind, Result, ResultSet,
    driver::{Control, Driver, DriverConnection, ManyRequest, Outcome, Request},
    pool::CloseReason,
    runtime::timeout,
    statement::CompiledText,
    unit_of_work::{Batch, Form, Terms, UnitOfWork},
};

impl<D: Driver> DriverSession<D> {
    /// Whether something is to be written.
    pub(super) fn has_pending(&self) -> bool {
        self.work.as_ref().is_some_and(|work| work.is_pending())
    }

    /// Writes what is pending before a statement, where the session is to do that.
    pub(super) async fn autoflush(&mut self) -> Result<()> {
        if self.has_pending() && self.options.autoflush.unwrap_or(true) {
            Box::pin(self.flush_now()).await?;
        }
        Ok(())
    }

    /// Writes what is pending.
    ///
    /// The session is known to be [ready](Self::ready).
    pub(super) async fn flush_now(&mut self) -> Result<()> {
        if self.has_pending() { Box::pin(self.flush(false)).await } else { Ok(()) }
    }

    /// Writes what is pending, with the commit behind it where the driver can do that.
    pub(super) async fn flush_to_commit(&mut self) -> Result<()> {
        self.flush(true).await
    }

    async fn flush(&mut self, ends: bool) -> Result<()> {
        let doubtful = self.state.is_doubtful();
        let mut unfinished = Unfinished::new(self);
        let result = unfinished.session().write_all(ends).await;
        unfinished.finish();
        self.state.flush_ended(doubtful);
        if let Err(error) = &result {
            self.flush_failed(error).await;
            self.state.answered();
        }
        result
    }

    async fn write_all(&mut self, ends: bool) -> Result<()> {
        self.send_savepoints().await?;
        let mut key_step = None;
        loop {
            self.acquire().await?;
            let Some(connection) = self.lane.connection() else { return Err(self.gone()) };
            let batching = connection.batching();
            let style = self.shared.driver.dialect().batches;
            let Some(work) = &mut self.work else { return Ok(()) };
            let terms = Terms { style, batching, sizes: &self.shared.insert_sizes };
            let Some(mut batch) = work.next_batch(terms)? else { return Ok(()) };
            if batch.needs_key_step() && key_step.is_none() {
                key_step = Some(self.ask_key_step(batching.key_step).await?);
            }
            self.write(&mut batch, ends, key_step).await?;
            if !batch.read_back.is_empty() {
                self.read_back(&batch).await?;
            }
        }
    }

    async fn write(&mut self, batch: &mut Batch, ends: bool, key_step: Option<i64>) -> Result<()> {
        let dialect = self.shared.driver.dialect();
        let text = self.shared.entity_texts.get(batch.table, batch.text.clone(), dialect)?;
        let begin = self.begin_to_send();
        // A commit waits where the answer may say that something is wrong, and where more than the transaction would be
        // lost with it.
        let rides = ends && batch.is_last && !batch.may_fail_late() && self.state.levels().is_empty();
        let commit = rides && self.is_commit_due(begin);
        let outcome = match std::mem::replace(&mut batch.form, Form::Sets(Vec::new())) {
            Form::Once(values) => {
                let mut request = self.arrange(Request::new(text.clone(), values));
                request.commit = commit;
                request.stands_alone = commit && request.begin.is_some();
                self.run_batch(request).await?
            }
            Form::Sets(sets) => {
                let mut request = self.arrange(ManyRequest::new(text.clone(), sets));
                request.commit = commit;
                request.rows = batch.text.returning;
                if batch.returns_one_integer_key() {
                    let text = batch.text.clone().returning(false);
                    request.without_returning =
                        Some(self.shared.entity_texts.get(batch.table, text, dialect)?);
                }
                self.run_batch(request).await?
            }
        };
        if self.is_autocommit() && self.is_idle() {
            // Until the flush has ended nobody is told.
            self.state.doubt();
        }
        let is_committed = commit && self.is_idle();
        match &mut self.work {
            Some(work) if is_committed => work.committed_with(batch, &outcome, key_step),
            Some(work) => {
                let taken_over = work.written(batch, &outcome, key_step);
                return taken_over.map_err(|error| error.with_statement(text.sql().clone()));
            }
            None => {}
        }
        Ok(())
    }

    /// Reads what the server has generated for the rows of a batch.
    async fn read_back(&mut self, batch: &Batch) -> Result<()> {
        let Some(work) = &self.work else { return Ok(()) };
        let unread = work.unread(batch)?;
        for part in unread.chunks(batch.read_at_once()) {
            let values = part.iter().flat_map(|row| row.key.iter().cloned()).collect();
            let select = KeyedSelect::new(batch.table, part.len(), values, false);
            let text =
                self.shared.entity_texts.get(batch.table, select.text(), self.shared.driver.dialect())?;
            let request = self.arrange(Request::new(text, select.values));
            let outcome = self.run_batch(request).await?;
            if let (Some(work), Some(rows)) = (&mut self.work, &outcome.rows) {
                work.read(batch, part, &**rows)?;
            }
        }
        Ok(())
    }

    async fn run_batch(&mut self, request: impl StatementRequest) -> Result<Outcome> {
        if request.commits() {
            return self.run_ending(request).await;
        }
        let text = request.text().clone();
        let watched = self.watch_request(&request);
        let result = self.run(Task::Statement, |connection| request.start(connection)).await;
        self.conclude(result, watched, text.sql())
    }

    fn arrange<R: Prepared>(&self, mut request: R) -> R {
        let begins = self.begin_to_send();
        let (begin, options) = request.begin_and_options();
        *begin = begins;
        options.timeout = self.options.statement_timeout;
        request
    }

    /// Asks what lies between two keys that one statement generates.
    async fn ask_key_step(&mut self, query: Option<&'static str>) -> Result<i64> {
        let text = Arc::new(CompiledText::raw(query.unwrap_or_default()));
        let request = self.arrange(Request::new(text, Vec::new()));
        let outcome = self.run_batch(request).await?;
        ResultSet::from(outcome).scalar_one()
    }

    /// Undoes what a flush that failed leaves behind: the innermost savepoint, or the transaction. Until it is rolled back
    /// nothing else is accepted: half of what was pending must not be committed.
    async fn flush_failed(&mut self, error: &Error) {
        if let Phase::Broken(breakage) = self.state.phase()
            && (breakage.is_loss() || breakage == Breakage::Interrupted)
        {
            return;
        }
        if matches!(error.kind(), ErrorKind::CommitUnknown | ErrorKind::StatementCommitted) {
            return;
        }
        let is_whole = matches!(self.state.phase(), Phase::Broken(_)) || self.state.levels().is_empty();
        let (breakage, undo) = if is_whole {
            if let Some(lease) = self.lane.lease_at_rest() {
                lease.tell(|l, e| l.rollback(e));
            }
            (Breakage::FlushFailed, (!self.is_idle()).then_some(Control::Rollback))
        } else {
            let level = self.state.levels().last().filter(|level| level.set).map(|level| level.number);
            if let Some(number) = level {
                self.tell_savepoint(number, |l, e| l.rollback_savepoint(e));
            }
            (Breakage::FlushFailedInside, level.map(Control::RollbackTo))
        };
        self.state.break_with(breakage);
        let (Some(undo), false) = (undo, self.lane.is_empty()) else { return };
        let task = match undo {
            Control::RollbackTo(number) => Task::RollbackTo(number),
            _ => Task::Rollback,
        };
        let undoing = self.run(task, |connection| connection.control(undo));
        match (timeout(LIMIT, undoing).await, undo) {
            (Some(Ok(_)), Control::RollbackTo(number)) => self.state.mark_unset(number),
            (Some(Ok(_)), _) => {}
            // What is open there must not become part of anything.
            _ => {
                self.throw_away(CloseReason::Unclean);
                self.state.break_with(Breakage::ConnectionLost);
            }
        }
    }

    /// Begins for the user, and lets go of what the transaction before has left.
    pub(super) fn begin_transaction(&mut self) {
        self.state.begin();
        if let Some(work) = &mut self.work {
            work.clear();
        }
    }

    /// The transaction is over, and nothing of it stays.
    pub(super) fn end_undone(&mut self) {
        self.state.end();
        self.left = None;
        if let Some(work) = &mut self.work {
            work.clear();
        }
    }

    /// The user has ended the transaction by a text: what was read in it may be another's by now.
    pub(super) fn forget_known(&mut self) {
        if let Some(work) = &mut self.work {
            work.expire();
        }
    }

    /// What is held of entities, for something to be queued: a transaction is begun for it.
    ///
    /// # Errors
    /// When only rollback and close are left, and between transactions of a session that does not begin by itself.
    pub(super) fn begin_work(&mut self) -> Result<&mut UnitOfWork> {
        if self.lane.task().is_some_and(|task| task != Task::Stream) {
            self.state.break_with(Breakage::Interrupted);
        }
        self.state.check_usable().inspect_err(|error| self.retrospect.failed(error))?;
        if !self.state.in_transaction() {
            self.check_autobegin()?;
            self.begin_transaction();
            self.announce_begin();
        }
        Ok(self.work.get_or_insert_with(Box::default))
    }
}
