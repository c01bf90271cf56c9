//! Closures with a session or a connection, by blocking calls; and how they are called by `await`.

use sqlsession_core::{Error, Result, blocking};

use super::{AsyncDatabase, Database};

impl Database {
    /// Runs a closure with a session of its own, and commits when it is `Ok`. In a scope it is given the scope's session, and
    /// the scope commits.
    ///
    /// # Errors
    /// The closure's or the commit's. In a scope `InvalidState` when its session is in use.
    pub fn run_sync<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut blocking::Session) -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some(mut session) = self.scope_session()? {
            return work(&mut session);
        }
        let mut session = self.session_maker().session();
        let value = work(&mut session)?;
        session.commit()?;
        Ok(value)
    }

    /// As [`run_sync`](Self::run_sync), and undoes what the closure did and has not committed itself. In a scope nothing is
    /// undone.
    ///
    /// # Errors
    /// The closure's.
    pub fn run_sync_uncommitted<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut blocking::Session) -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some(mut session) = self.scope_session()? {
            return work(&mut session);
        }
        let mut session = self.session_maker().session();
        let value = work(&mut session)?;
        session.close()?;
        Ok(value)
    }

    /// As [`run_sync`](Self::run_sync), with a bare connection of the engine.
    ///
    /// # Errors
    /// The closure's or the commit's.
    pub fn run_sync_on_connection<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut blocking::Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.engine().connect()?;
        let value = work(&mut connection)?;
        connection.commit()?;
        Ok(value)
    }

    /// Runs a blocking function of this client, by `await`, in the session of an async one: the function's
    /// [`session`](Self::session) and shortcuts are on the session of the scope that `db` is in. Outside of a scope it is a
    /// session of its own, committed when the function is `Ok`.
    ///
    /// So code that is written for `Database` takes part in an async unit of work. The two clients need not have one engine:
    /// the session is `db`'s.
    ///
    /// Dropped before it is done, it rolls back when the function returns; a scope can then commit nothing any more.
    ///
    /// # Errors
    /// The function's. `InvalidState` when the session of the scope is in use.
    ///
    /// ```
    /// use sqlsession::{AsyncDatabase, Database, Result, text};
    ///
    /// /// Knows nothing of async.
    /// fn add_user(db: &Database, name: &str) -> Result<()> {
    ///     db.execute(text("insert into users(name) values (:name)").bind("name", name)).map(drop)
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<()> {
    /// let db = AsyncDatabase::create("sqlite://")?;
    /// let sync_db = Database::create("sqlite://")?;
    /// # db.execute("create table users (id integer primary key, name text)").await?;
    /// db.scope(async {
    ///     db.execute("insert into users(name) values ('Ada')").await?;
    ///     let blocking = sync_db.clone();
    ///     sync_db.asyncify(&db, move || add_user(&blocking, "Grace")).await
    /// })
    /// .await?;
    /// assert_eq!(db.scalar::<i64>("select count(*) from users").await?, Some(2));
    /// # Ok(()) }
    /// ```
    pub async fn asyncify<T, E, F>(&self, db: &AsyncDatabase, work: F) -> Result<T, E>
    where
        F: FnOnce() -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let this = self.clone();
        db.run_sync(move |session| this.scope_with(session, work)).await
    }
}
