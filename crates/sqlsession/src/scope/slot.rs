use std::{
    fmt, mem,
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
};

use sqlsession_core::{AsyncSession, Error, ErrorKind, Result};
use tokio::sync::{Mutex, OwnedMutexGuard};

const OPEN: u8 = 0;
const INTERRUPTED: u8 = 1;
const ENDED: u8 = 2;

/// The session of a scope, which one user has at a time.
pub(crate) struct Slot<S>(Arc<Inner<S>>);

struct Inner<S> {
    session: Arc<Mutex<S>>,
    state: AtomicU8,
}

impl<S> Clone for Slot<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> Slot<S> {
    pub(crate) fn new(session: S) -> Self {
        Self(Arc::new(Inner { session: Arc::new(Mutex::new(session)), state: AtomicU8::new(OPEN) }))
    }

    /// The session, unless somebody else has it.
    ///
    /// # Errors
    /// `InvalidState` when it is in use, and when the scope has ended; `Interrupted` when nothing may be committed any more.
    pub(crate) fn lend(&self) -> Result<ScopedSession<S>> {
        let session = self.take_hold()?;
        match self.0.state.load(Ordering::Acquire) {
            OPEN => Ok(session),
            INTERRUPTED => Err(Error::new(
                ErrorKind::Interrupted,
                "a closure in this scope did not come to its end: nothing of the scope can be committed",
            )),
            _ => Err(Error::new(ErrorKind::InvalidState, "the scope of this session has ended")),
        }
    }

    /// The session whatever became of the scope, unless somebody else has it.
    ///
    /// # Errors
    /// `InvalidState` when it is in use.
    pub(crate) fn take_hold(&self) -> Result<ScopedSession<S>> {
        match Arc::clone(&self.0.session).try_lock_owned() {
            Ok(session) => Ok(ScopedSession(session)),
            Err(_) => Err(Error::new(
                ErrorKind::InvalidState,
                "the session of this scope is in use: a guard over it is held, or another call has not ended",
            )),
        }
    }

    /// What follows has to come to its end, or nothing of the scope may be committed.
    pub(crate) fn interrupt(&self) {
        self.0.state.store(INTERRUPTED, Ordering::Release);
    }

    /// What had to come to its end has.
    pub(crate) fn resume(&self) {
        let _ = self.0.state.compare_exchange(INTERRUPTED, OPEN, Ordering::AcqRel, Ordering::Acquire);
    }

    /// Puts the session to where it came from when that is dropped, unless somebody has it then.
    ///
    /// Then `to` is interrupted: a commit of it must not pass for one of what it has lost.
    pub(crate) fn give_back(self, to: &mut S, interrupt: fn(&mut S)) -> GiveBack<'_, S> {
        GiveBack { slot: self, to, interrupt }
    }

    /// Nobody gets the session any more.
    pub(crate) fn end(&self) {
        self.0.state.store(ENDED, Ordering::Release);
    }
}

pub(crate) struct GiveBack<'s, S> {
    slot: Slot<S>,
    to: &'s mut S,
    interrupt: fn(&mut S),
}

impl<S> Drop for GiveBack<'_, S> {
    fn drop(&mut self) {
        self.slot.end();
        match self.slot.take_hold() {
            Ok(mut lent) => mem::swap(&mut *lent, self.to),
            Err(_) => (self.interrupt)(self.to),
        }
    }
}

/// The session of a scope, for as long as this guard is held.
///
/// Another use of the scope's session is `InvalidState` meanwhile, the shortcuts of the client too. Held beyond the end of its
/// scope, it keeps the scope from committing.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> sqlsession::Result<()> {
/// # let db = sqlsession::AsyncDatabase::create("sqlite://")?;
/// db.scope(async {
///     let mut session = db.session()?;
///     session.execute("create table t (id integer primary key)").await?;
///     assert!(db.execute("insert into t values (1)").await.is_err(), "its session is in use");
///     drop(session);
///     db.execute("insert into t values (1)").await.map(drop)
/// })
/// .await
/// # }
/// ```
#[must_use = "the scope's session is lent for as long as this guard is held"]
pub struct ScopedSession<S = AsyncSession>(OwnedMutexGuard<S>);

impl<S> Deref for ScopedSession<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.0
    }
}

impl<S> DerefMut for ScopedSession<S> {
    fn deref_mut(&mut self) -> &mut S {
        &mut self.0
    }
}

impl<S: fmt::Debug> fmt::Debug for ScopedSession<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ScopedSession").field(&**self).finish()
    }
}
