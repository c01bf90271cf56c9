//! Scopes by blocking calls.

use std::{mem, sync::Arc};

use sqlsession_core::{Error, Result, blocking::Session};

use super::{Database, async_scope::no_scope};
use crate::scope::{self, Frame, ScopedSession, Slot};

impl Database {
    /// Runs a closure with a session that is bound to it: a [scope](crate::scope). Inside, on this thread,
    /// [`session`](Self::session) is that session, and the shortcuts use it.
    ///
    /// Committed on `Ok`, if the client commits on exit; rolled back on `Err` and on panic.
    ///
    /// # Errors
    /// The body's, or that of the commit. `InvalidState` when the body is `Ok` and its session is still in use: then it is
    /// rolled back.
    ///
    /// ```
    /// # let db = sqlsession::Database::create("sqlite://")?;
    /// db.execute("create table users (id integer primary key, name text)")?;
    /// db.scope(|| {
    ///     db.execute("insert into users(name) values ('Ada')")?;
    ///     db.session()?.execute("insert into users(name) values ('Grace')")
    /// })?;
    /// assert_eq!(db.scalar::<i64>("select count(*) from users")?, Some(2));
    /// # Ok::<_, sqlsession::Error>(())
    /// ```
    pub fn scope<T, E: From<Error>>(&self, body: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let slot = Slot::new(self.session_maker().session());
        self.run_scope(Frame::new(self.owner(), slot.clone()), &slot, body)
    }

    /// As [`scope`](Self::scope), by a key: inside of a scope with the same key it is that scope, which ends as it would
    /// without this; else it opens one.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    pub fn scope_keyed<K, T, E>(&self, key: K, body: impl FnOnce() -> Result<T, E>) -> Result<T, E>
    where
        K: Eq + Send + Sync + 'static,
        E: From<Error>,
    {
        let around = scope::current().and_then(|frame| frame.find_keyed(self.owner(), &key).cloned());
        if let Some(slot) = around {
            let frame = Frame::new::<Session>(self.owner(), slot);
            return scope::within_blocking(Arc::new(frame), body);
        }
        let slot = Slot::new(self.session_maker().session());
        self.run_scope(Frame::new(self.owner(), slot.clone()).keyed(key), &slot, body)
    }

    /// Runs a closure with this session bound to it. At the end the session is yours again, as the body left it: nothing is
    /// committed, rolled back or closed.
    ///
    /// # Errors
    /// The body's. `InvalidState` when the body is `Ok` and the session is still in use: it is rolled back when its user is
    /// done, and `session` is a new one of this client, `Interrupted` until `rollback`.
    pub fn scope_with<T, E: From<Error>>(
        &self,
        session: &mut Session,
        body: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let slot = Slot::new(mem::replace(session, self.session_maker().session()));
        let giving_back = slot.clone().give_back(session, Session::interrupt);
        let result = scope::within_blocking(Arc::new(Frame::new(self.owner(), slot.clone())), body);
        let whole = slot.lend().map(drop);
        drop(giving_back);
        let value = result?;
        whole?;
        Ok(value)
    }

    /// The session of the scope that the caller is in.
    ///
    /// # Errors
    /// `InvalidState` outside of a scope, and while the session is in use.
    pub fn session(&self) -> Result<ScopedSession<Session>> {
        self.scope_session()?.ok_or_else(no_scope)
    }

    /// Whether the caller is in a scope of this client.
    #[must_use]
    pub fn scoped(&self) -> bool {
        scope::current().is_some_and(|frame| frame.find::<Session>(self.owner()).is_some())
    }

    /// The scope's session, if there is a scope.
    pub(super) fn scope_session(&self) -> Result<Option<ScopedSession<Session>>> {
        self.scope_slot().map(|slot| slot.lend()).transpose()
    }

    pub(super) fn scope_slot(&self) -> Option<Slot<Session>> {
        scope::current()?.find(self.owner()).cloned()
    }

    fn run_scope<T, E: From<Error>>(
        &self,
        frame: Frame,
        slot: &Slot<Session>,
        body: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let result = scope::within_blocking(Arc::new(frame), body);
        let commit = self.commits_on_exit();
        if result.is_ok() {
            Self::end_scope(slot, true, commit)?;
        } else {
            // What the caller has to hear is why the body failed. The session is gone after this either way.
            drop(Self::end_scope(slot, false, commit));
        }
        result
    }

    /// Ends a scope whose body was `ok` or was not.
    pub(super) fn end_scope(slot: &Slot<Session>, ok: bool, commit: bool) -> Result<()> {
        let session = if ok { slot.lend() } else { slot.take_hold() };
        slot.end();
        let mut session = session?;
        if ok
            && commit
            && let Err(error) = session.commit()
        {
            drop(session.rollback());
            return Err(error);
        }
        session.close()
    }
}
