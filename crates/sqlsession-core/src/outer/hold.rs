use std::{
    mem,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{
    Engine, Error, ErrorKind, Result, Savepoint, SessionOptions, driver::ServerTransaction, session::Session,
};

/// The outer transaction, as all who work inside of it see it.
#[derive(Debug, Clone)]
pub(super) struct Outer(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    session: Arc<Mutex<Box<dyn Session>>>,
    ended: AtomicBool,
    engine: Arc<dyn Engine>,
}

impl Outer {
    /// The session is in its transaction.
    pub(super) fn new(engine: Arc<dyn Engine>, session: Box<dyn Session>) -> Self {
        let session = Arc::new(Mutex::new(session));
        Self(Arc::new(Inner { session, ended: AtomicBool::new(false), engine }))
    }

    /// The engine that it was begun on.
    pub(super) fn engine(&self) -> &Arc<dyn Engine> {
        &self.0.engine
    }

    /// Sets a savepoint for a session's transaction, behind what the one before left.
    ///
    /// # Errors
    /// `InvalidState` when another session is in a transaction, and when the outer transaction has ended.
    pub(super) async fn take_hold(&self) -> Result<Hold> {
        let Ok(mut session) = Arc::clone(&self.0.session).try_lock_owned() else {
            return Err(Error::new(
                ErrorKind::InvalidState,
                "another session is in a transaction inside of this outer transaction: they share one connection, and work \
                 one after the other",
            ));
        };
        self.check(&**session)?;
        // Where what was left cannot be undone nothing may be added to it.
        session.recover().await.inspect_err(|_| self.set_ended())?;
        self.check(&**session)?;
        let savepoint = session.begin_nested().await?;
        Ok(Hold { session, savepoint, outer: self.clone(), abandoned: false, given_up: false })
    }

    /// # Errors
    /// `InvalidState` where another savepoint would be in another transaction, to be committed for real.
    fn check(&self, session: &dyn Session) -> Result<()> {
        let is_open = !matches!(session.server_transaction(), ServerTransaction::Idle);
        if self.has_ended() || !session.in_transaction() || !is_open {
            self.set_ended();
            return Err(over());
        }
        Ok(())
    }

    /// Ends it for all. Gives the session, unless another is in a transaction: then it is rolled back when that one is done.
    pub(super) fn end(&self) -> Option<Box<dyn Session>> {
        self.set_ended();
        let mut session = Arc::clone(&self.0.session).try_lock_owned().ok()?;
        Some(self.take(&mut session))
    }

    fn set_ended(&self) {
        self.0.ended.store(true, Ordering::Release);
    }

    fn has_ended(&self) -> bool {
        self.0.ended.load(Ordering::Acquire)
    }

    /// Another session takes its place, which is never used.
    fn take(&self, session: &mut Box<dyn Session>) -> Box<dyn Session> {
        mem::replace(session, self.0.engine.session(SessionOptions::default()).into_inner())
    }
}

/// The outer transaction in the hands of one session, behind a savepoint.
#[derive(Debug)]
pub(super) struct Hold {
    session: OwnedMutexGuard<Box<dyn Session>>,
    savepoint: Savepoint,
    outer: Outer,
    /// The savepoint is to be rolled back to.
    abandoned: bool,
    given_up: bool,
}

impl Hold {
    pub(super) fn session(&self) -> &dyn Session {
        &**self.session
    }

    pub(super) fn session_mut(&mut self) -> &mut dyn Session {
        &mut **self.session
    }

    /// Makes what was done since the savepoint part of the outer transaction.
    ///
    /// # Errors
    /// The server's; `InvalidState` when the savepoint is gone.
    pub(super) async fn release(&mut self) -> Result<()> {
        self.check_savepoint()?;
        self.session.release(self.savepoint).await?;
        self.given_up = true;
        Ok(())
    }

    /// Undoes what was done since the savepoint, and what was interrupted.
    ///
    /// # Errors
    /// Why the outer transaction has ended; `CommitUnknown` where a release whose future was dropped has gone through.
    pub(super) async fn undo(&mut self) -> Result<()> {
        // One that was dropped before its end has found it there.
        let there = if self.session.is_active() && !self.abandoned { self.check_savepoint() } else { Ok(()) };
        self.session.abandon(self.savepoint);
        self.abandoned = true;
        let undone = self.session.recover().await;
        if undone.is_err() {
            self.outer.set_ended();
        }
        self.given_up = true;
        match there.and(undone) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::new(
                ErrorKind::CommitUnknown,
                "the commit whose future was dropped has gone through: the work is part of the outer transaction",
            )),
            Err(error) => Err(error),
        }
    }

    /// # Errors
    /// `InvalidState` when the outer transaction was ended under it.
    fn check_savepoint(&self) -> Result<()> {
        if self.session.is_savepoint_active(self.savepoint) {
            return Ok(());
        }
        self.outer.set_ended();
        Err(over())
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if !self.given_up {
            self.session.abandon(self.savepoint);
            // What its user had still to write goes with him.
            self.session.work_mut().clear();
        }
        if self.outer.has_ended() {
            drop(self.outer.take(&mut self.session));
        }
    }
}

fn over() -> Error {
    Error::new(
        ErrorKind::InvalidState,
        "the outer transaction has ended: it was rolled back, or a statement in it commits by itself, as MySQL's DDL does",
    )
}
