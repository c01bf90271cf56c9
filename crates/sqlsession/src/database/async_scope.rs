//! Scopes by `await`.

use std::{future::Future, mem, sync::Arc};

use sqlsession_core::{AsyncSession, Error, ErrorKind, Result};

use super::AsyncDatabase;
use crate::scope::{self, Frame, ScopedSession, Slot};

impl AsyncDatabase {
    /// Runs a future with a session that is bound to it: a [scope](crate::scope). Inside, [`session`](Self::session) is that
    /// session, and the shortcuts use it.
    ///
    /// Committed on `Ok`, if the client commits on exit; rolled back on `Err`, on panic, and when the future is dropped. A
    /// task that is spawned inside is not in the scope.
    ///
    /// # Errors
    /// The body's, or that of the commit. `InvalidState` when the body is `Ok` and its session is still in use, `Interrupted`
    /// when it can commit nothing any more: then it is rolled back.
    ///
    /// ```
    /// use sqlsession::{AsyncDatabase, Result, text};
    ///
    /// async fn add_user(db: &AsyncDatabase, name: &str) -> Result<()> {
    ///     db.execute(text("insert into users(name) values (:name)").bind("name", name)).await.map(drop)
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<()> {
    /// # let db = AsyncDatabase::create("sqlite://")?;
    /// # db.execute("create table users (id integer primary key, name text unique)").await?;
    /// let both = db
    ///     .scope(async {
    ///         add_user(&db, "Ada").await?;
    ///         add_user(&db, "Ada").await
    ///     })
    ///     .await;
    /// assert!(both.is_err_and(|error| error.is_integrity()));
    /// assert_eq!(db.scalar::<i64>("select count(*) from users").await?, Some(0));
    /// # Ok(()) }
    /// ```
    pub async fn scope<T, E, F>(&self, body: F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
        E: From<Error>,
    {
        let slot = Slot::new(self.session_maker().session());
        self.run_scope(Frame::new(self.owner(), slot.clone()), slot, body).await
    }

    /// As [`scope`](Self::scope), by a key: inside of a scope with the same key it is that scope, which ends as it would
    /// without this; else it opens one.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> sqlsession::Result<()> {
    /// # let db = sqlsession::AsyncDatabase::create("sqlite://")?;
    /// db.scope_keyed("request 7", async {
    ///     db.execute("create table t (id integer primary key)").await?;
    ///     db.scope_keyed("request 7", async { db.execute("insert into t values (1)").await }).await
    /// })
    /// .await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    pub async fn scope_keyed<K, T, E, F>(&self, key: K, body: F) -> Result<T, E>
    where
        K: Eq + Send + Sync + 'static,
        F: Future<Output = Result<T, E>>,
        E: From<Error>,
    {
        let around = scope::current().and_then(|frame| frame.find_keyed(self.owner(), &key).cloned());
        if let Some(slot) = around {
            let frame = Frame::new::<AsyncSession>(self.owner(), slot);
            return scope::within(Arc::new(frame), body).await;
        }
        let slot = Slot::new(self.session_maker().session());
        let frame = Frame::new(self.owner(), slot.clone()).keyed(key);
        self.run_scope(frame, slot, body).await
    }

    /// Runs a future with this session bound to it. At the end the session is yours again, as the body left it: nothing is
    /// committed, rolled back or closed.
    ///
    /// # Errors
    /// The body's. `InvalidState` when the body is `Ok` and the session is still in use: it is rolled back when its user is
    /// done, and `session` is a new one of this client, `Interrupted` until `rollback`; it is that also when the future is
    /// dropped while somebody else uses the session. `Interrupted` when a closure of
    /// [`run_sync`](Self::run_sync) was left alone in its middle.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> sqlsession::Result<()> {
    /// # let db = sqlsession::AsyncDatabase::create("sqlite://")?;
    /// # db.execute("create table t (id integer primary key)").await?;
    /// let mut session = db.session_maker().session();
    /// db.scope_with(&mut session, async { db.execute("insert into t values (1)").await }).await?;
    /// assert!(session.in_transaction());
    /// session.commit().await
    /// # }
    /// ```
    pub async fn scope_with<T, E, F>(&self, session: &mut AsyncSession, body: F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
        E: From<Error>,
    {
        let slot = Slot::new(mem::replace(session, self.session_maker().session()));
        // Dropped in the middle, it gives the session back too, after the body is gone.
        let giving_back = slot.clone().give_back(session, AsyncSession::interrupt);
        let result = scope::within(Arc::new(Frame::new(self.owner(), slot.clone())), body).await;
        let whole = slot.lend().map(drop);
        drop(giving_back);
        let value = result?;
        whole?;
        Ok(value)
    }

    /// The session of the scope that the caller is in.
    ///
    /// # Errors
    /// `InvalidState` outside of a scope, and while the session is in use; `Interrupted` when a closure of
    /// [`run_sync`](Self::run_sync) was left alone in its middle.
    pub fn session(&self) -> Result<ScopedSession> {
        self.scope_session()?.ok_or_else(no_scope)
    }

    /// Whether the caller is in a scope of this client.
    #[must_use]
    pub fn scoped(&self) -> bool {
        scope::current().is_some_and(|frame| frame.find::<AsyncSession>(self.owner()).is_some())
    }

    /// The scope's session, if there is a scope.
    pub(super) fn scope_session(&self) -> Result<Option<ScopedSession>> {
        self.scope_slot().map(|slot| slot.lend()).transpose()
    }

    pub(super) fn scope_slot(&self) -> Option<Slot<AsyncSession>> {
        scope::current()?.find(self.owner()).cloned()
    }

    async fn run_scope<T, E, F>(&self, frame: Frame, slot: Slot<AsyncSession>, body: F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
        E: From<Error>,
    {
        let result = scope::within(Arc::new(frame), body).await;
        match &result {
            Ok(_) => {
                let session = slot.lend();
                slot.end();
                let mut session = session?;
                if self.commits_on_exit()
                    && let Err(error) = session.commit().await
                {
                    // What was left running is stopped, and no lock is held, when the caller hears of it.
                    drop(session.rollback().await);
                    return Err(error.into());
                }
                session.close().await?;
            }
            Err(_) => {
                slot.end();
                // What the caller has to hear is why the body failed. The session is gone after this either way.
                if let Ok(mut session) = slot.take_hold() {
                    drop(session.rollback().await);
                }
            }
        }
        result
    }
}

pub(super) fn no_scope() -> Error {
    Error::new(
        ErrorKind::InvalidState,
        "there is no scope here: open one by `scope`, or use the session maker",
    )
}
