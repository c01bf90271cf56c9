use std::mem;

use super::hold::{Hold, Outer};
use crate::{
    Error, ErrorKind, Result, Savepoint, SessionOptions,
    driver::{Dialect, IsolationLevel},
    session::{Connection, Info, Session},
    unit_of_work::UnitOfWork,
};

/// A session, or a connection, inside of an outer transaction: its transactions are savepoints.
///
/// What it does is done by the outer session; here is only where its own transaction stands.
#[derive(Debug)]
pub(super) struct JoinedSession {
    outer: Outer,
    pub(super) options: SessionOptions,
    stage: Stage,
    /// From the first statement of a transaction to its end.
    hold: Option<Hold>,
    /// Its own savepoints; those that have ended may be among them.
    nested: Vec<Savepoint>,
    /// Whether something of it is part of the outer transaction, or may be: run again, it would be done twice.
    pub(super) released: bool,
    /// Its entities, while it has no hold: then the outer session has them, to write them.
    work: UnitOfWork,
    pub(super) info: Info,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Idle,
    Begun,
    /// Only rollback and close are left.
    Broken,
    /// The same, since a rollback was dropped.
    Interrupted,
}

impl JoinedSession {
    pub(super) fn new(outer: Outer, options: SessionOptions) -> Self {
        Self {
            outer,
            options,
            stage: Stage::Idle,
            hold: None,
            nested: Vec::new(),
            released: false,
            work: UnitOfWork::default(),
            info: Info::new(),
        }
    }

    pub(super) fn dialect(&self) -> &Dialect {
        self.outer.engine().dialect()
    }

    pub(super) fn in_transaction(&self) -> bool {
        self.stage != Stage::Idle
    }

    pub(super) fn in_nested(&self) -> bool {
        self.hold.as_ref().is_some_and(|hold| {
            self.nested.iter().any(|savepoint| hold.session().is_savepoint_active(*savepoint))
        })
    }

    pub(super) fn is_active(&self) -> bool {
        !self.is_broken() && self.session().is_none_or(Connection::is_active)
    }

    /// The outer session, while this one is in a transaction that it has used.
    pub(super) fn session(&self) -> Option<&dyn Session> {
        self.hold.as_ref().map(Hold::session)
    }

    pub(super) fn session_mut(&mut self) -> Option<&mut dyn Session> {
        self.hold.as_mut().map(Hold::session_mut)
    }

    /// Begins by hand.
    pub(super) fn begin_by_hand(&mut self) -> Result<()> {
        self.check_usable()?;
        if self.in_transaction() {
            return Err(Error::new(
                ErrorKind::InvalidState,
                "a transaction is already begun: use begin_nested() for a savepoint",
            ));
        }
        self.begin();
        Ok(())
    }

    fn begin(&mut self) {
        self.stage = Stage::Begun;
        self.work.clear();
    }

    /// Its entities, for something to be queued.
    pub(super) fn begin_work_now(&mut self) -> Result<&mut UnitOfWork> {
        self.check_usable()?;
        if !self.in_transaction() {
            self.check_autobegin()?;
            self.begin();
        }
        match &mut self.hold {
            Some(hold) => hold.session_mut().begin_work(),
            None => Ok(&mut self.work),
        }
    }

    pub(super) fn held_work(&self) -> Option<&UnitOfWork> {
        match &self.hold {
            Some(hold) => hold.session().work(),
            None => Some(&self.work),
        }
    }

    pub(super) fn held_work_mut(&mut self) -> &mut UnitOfWork {
        match &mut self.hold {
            Some(hold) => hold.session_mut().work_mut(),
            None => &mut self.work,
        }
    }

    /// Writes what is pending.
    pub(super) async fn flush_now(&mut self) -> Result<()> {
        self.check_usable()?;
        if self.hold.is_none() && !self.work.is_pending() {
            return Ok(());
        }
        self.hold().await?.flush().await
    }

    /// The outer session, behind the savepoint of this one's transaction.
    ///
    /// # Errors
    /// As [`Outer::take_hold`]; `InvalidState` when only rollback is left.
    pub(super) async fn enter(&mut self) -> Result<&mut dyn Session> {
        let flushes = self.options.autoflush.unwrap_or(true);
        let session = self.hold().await?;
        if flushes {
            session.flush().await?;
        }
        Ok(session)
    }

    async fn hold(&mut self) -> Result<&mut dyn Session> {
        self.check_usable()?;
        if !self.in_transaction() {
            self.check_autobegin()?;
            self.begin();
        }
        let hold = match self.hold.take() {
            Some(hold) => hold,
            None => {
                let mut hold = self.outer.take_hold().await?;
                mem::swap(hold.session_mut().work_mut(), &mut self.work);
                hold.session_mut().set_statement_timeout(self.options.statement_timeout);
                hold
            }
        };
        Ok(self.hold.insert(hold).session_mut())
    }

    pub(super) async fn begin_nested_now(&mut self) -> Result<Savepoint> {
        let savepoint = self.hold().await?.begin_nested().await?;
        self.nested.push(savepoint);
        Ok(savepoint)
    }

    pub(super) async fn commit_now(&mut self) -> Result<()> {
        if !self.in_transaction() {
            return self.check_autobegin();
        }
        let before = self.released;
        let released = async {
            self.flush_now().await?;
            match &mut self.hold {
                Some(hold) => {
                    self.released = true;
                    hold.release().await
                }
                None => Ok(()),
            }
        };
        if let Err(error) = released.await {
            self.released = before;
            self.break_off();
            return Err(error);
        }
        self.end();
        self.work.committed()
    }

    pub(super) async fn rollback_now(&mut self) -> Result<()> {
        if self.in_transaction() {
            // For the next operation, if this one is dropped before it has sent anything.
            self.stage = Stage::Interrupted;
        }
        let undone = match &mut self.hold {
            Some(hold) => hold.undo().await,
            None => Ok(()),
        };
        self.end();
        self.work.clear();
        undone
    }

    /// What was to end the transaction has failed.
    pub(super) fn break_off(&mut self) {
        if self.stage == Stage::Begun {
            self.stage = Stage::Broken;
        }
    }

    fn is_broken(&self) -> bool {
        matches!(self.stage, Stage::Broken | Stage::Interrupted)
    }

    fn end(&mut self) {
        if let Some(mut hold) = self.hold.take() {
            mem::swap(hold.session_mut().work_mut(), &mut self.work);
        }
        self.stage = Stage::Idle;
        self.nested.clear();
    }

    fn check_usable(&self) -> Result<()> {
        if self.options.isolation_level == Some(IsolationLevel::Autocommit) {
            return Err(Error::new(
                ErrorKind::Unsupported,
                "in AUTOCOMMIT nothing could be undone at the end of the outer transaction",
            ));
        }
        match self.stage {
            Stage::Idle | Stage::Begun => Ok(()),
            Stage::Broken => Err(Error::new(
                ErrorKind::InvalidState,
                "the commit of this transaction, or its last statement, failed: call rollback() first",
            )),
            Stage::Interrupted => Err(Error::new(
                ErrorKind::Interrupted,
                "a rollback of this session was dropped while it ran: call rollback() first",
            )),
        }
    }

    fn check_autobegin(&self) -> Result<()> {
        if self.options.autobegin.unwrap_or(true) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::InvalidState,
            "this session does not begin by itself (autobegin is off): call begin() first",
        ))
    }
}
