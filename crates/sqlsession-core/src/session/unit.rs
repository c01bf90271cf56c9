//! How the last statement of a transaction runs, with the commit.

use super::{
    Keep,
    driver_session::DriverSession,
    execute::StatementRequest,
    lane::Task,
    state::{Breakage, Phase},
    unfinished::Unfinished,
};
use crate::{
    Error, ErrorKind, Result, Statement,
    driver::{Begin, Driver, Outcome},
    pool::Lease,
    statement::ParameterSet,
};

impl<D: Driver> DriverSession<D> {
    pub(super) async fn execute_and_commit_now(&mut self, statement: Statement) -> Result<Outcome> {
        self.flush_before_commit().await?;
        let mut request = self.prepare(|texts| texts.compile(statement)).await?;
        request.commit = self.is_commit_due(request.begin);
        self.run_last(request).await
    }

    pub(super) async fn execute_many_and_commit_now(
        &mut self,
        statement: Statement,
        sets: Vec<ParameterSet>,
    ) -> Result<Outcome> {
        self.flush_before_commit().await?;
        let mut request = self.prepare(|texts| texts.compile_many(statement, sets)).await?;
        request.commit = self.is_commit_due(request.begin);
        self.run_last(request).await
    }

    /// A commit writes what is pending, without autoflush too; and COMMIT rides with the statement, so that nothing could
    /// come behind.
    async fn flush_before_commit(&mut self) -> Result<()> {
        if !self.has_pending() {
            return Ok(());
        }
        Box::pin(async {
            self.ready().await?;
            self.flush_now().await
        })
        .await
    }

    /// Whether there is a transaction, or will be: not in AUTOCOMMIT.
    pub(super) fn is_commit_due(&self, begin: Option<Begin>) -> bool {
        begin.is_some() || !self.is_idle()
    }

    /// Runs the last operation of a transaction and ends the transaction, unless the operation has.
    async fn run_last(&mut self, request: impl StatementRequest) -> Result<Outcome> {
        let alone = self.state.phase() == Phase::Begun;
        let outcome = self.run_ending(request).await?;
        let mut unfinished = Unfinished::new(self);
        let session = unfinished.session();
        // Nothing was written that could be lost, and a commit may have to wait where a rollback does not.
        let ended =
            if alone && outcome.read_only { session.end_reading().await } else { session.commit_now().await };
        unfinished.finish();
        ended.map(|()| outcome)
    }

    /// Runs the last operation of a transaction. Whether the transaction has ended with it, the server says.
    pub(super) async fn run_ending(&mut self, request: impl StatementRequest) -> Result<Outcome> {
        let (text, commit) = (request.text().clone(), request.commits());
        let savepoints: Vec<u32> =
            self.state.levels().iter().rev().filter(|level| level.set).map(|level| level.number).collect();
        let watched = self.watch_request(&request);
        let task = if commit { Task::Unit } else { Task::Statement };
        let durable_before = if commit { self.retrospect.commits() } else { false };
        let connection = self.lane.lease_at_rest().map(Lease::number);
        let result = self.run(task, |connection| request.start(connection)).await;
        let outcome = match self.conclude(result, watched, text.sql()) {
            Ok(outcome) => outcome,
            Err(error) if commit => {
                let error = self.last_failed(error, durable_before).await;
                self.tell_commit_ended(connection, Some(&error));
                return Err(error);
            }
            Err(error) => return Err(error),
        };
        if commit && !self.lane.is_empty() && !self.is_idle() {
            // The driver has left the commit to us.
            self.retrospect.not_committed(durable_before);
        }
        if commit && self.lane.is_empty() {
            self.state.break_with(Breakage::ConnectionLost);
            let error = Error::new(
                ErrorKind::CommitUnknown,
                "the connection was of no more use after the last statement of the transaction",
            );
            self.tell_commit_ended(connection, Some(&error));
            return Err(error);
        }
        if self.is_idle() {
            for number in savepoints {
                self.tell_savepoint(number, |l, e| l.release_savepoint(e));
            }
        }
        Ok(outcome)
    }

    /// Ends a transaction that has only read.
    async fn end_reading(&mut self) -> Result<()> {
        match self.keep {
            Keep::UntilEnd => self.close_now().await,
            Keep::UntilClose | Keep::Closed => self.rollback_now().await,
        }
    }

    /// The statement that was to end the transaction failed: nothing is committed, as after a commit that failed.
    async fn last_failed(&mut self, error: Error, durable_before: bool) -> Error {
        self.end_failed(if self.is_idle() { Breakage::RolledBack } else { Breakage::LastFailed }).await;
        self.as_of_commit(error, durable_before)
    }
}
