use std::future::Future;

use sqlsession_core::{
    Changes, Entity, Error, ErrorKind, FromRow, Result, ResultSet, Savepoint, Statement, blocking,
    driver::BoxFuture, entity::Tracked, statement::ParameterSet, value::FromValueOwned,
};

/// Either client, by `await`: what a library asks for that does not care which one its user has.
///
/// On [`AsyncDatabase`](super::AsyncDatabase) the methods are its own; on [`Database`](super::Database) the blocking call runs off the runtime's threads. Such a
/// call that has begun is not undone when its future is dropped; in a scope nothing is committed then. The futures are boxed: rustc could not see otherwise that
/// they are `Send` where a generic function is spawned.
///
/// ```
/// use sqlsession::{AnyDatabase, Result};
///
/// async fn count_users(db: &impl AnyDatabase) -> Result<i64> {
///     Ok(db.async_scalar("select count(*) from users").await?.unwrap_or(0))
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<()> {
/// # let db = sqlsession::AsyncDatabase::create("sqlite://")?;
/// # db.execute("create table users (id integer)").await?;
/// # assert_eq!(count_users(&db).await?, 0);
/// # let db = sqlsession::Database::create("sqlite://")?;
/// # db.async_execute("create table users (id integer)").await?;
/// # assert_eq!(count_users(&db).await?, 0);
/// # Ok(()) }
/// ```
pub trait AnyDatabase: Clone + Send + Sync + 'static {
    /// Its sort of session: [`AsyncSession`](sqlsession_core::AsyncSession) or
    /// [`blocking::Session`](sqlsession_core::blocking::Session).
    type Session: Send + 'static;

    /// Runs a statement in a session of its own and commits, unless the statement is known only to read.
    ///
    /// # Errors
    /// The statement's or the commit's.
    fn async_execute(&self, statement: impl Into<Statement>) -> BoxFuture<'_, Result<ResultSet>>;

    /// Runs a statement once for each set of parameters, in a session of its own, and commits. The row count is the sum.
    ///
    /// # Errors
    /// As [`async_execute`](Self::async_execute): then nothing of any set is committed.
    fn async_execute_many<P: Into<ParameterSet>>(
        &self,
        statement: impl Into<Statement>,
        sets: impl IntoIterator<Item = P>,
    ) -> BoxFuture<'_, Result<ResultSet>>;

    /// Runs a statement in a session of its own and undoes what it did. In a scope it is as
    /// [`async_execute`](Self::async_execute).
    ///
    /// # Errors
    /// As [`async_execute`](Self::async_execute).
    fn async_execute_uncommitted(&self, statement: impl Into<Statement>) -> BoxFuture<'_, Result<ResultSet>>;

    /// As [`async_execute`](Self::async_execute), with a function that looks at the result before the commit: when it fails,
    /// nothing is committed.
    ///
    /// # Errors
    /// The statement's, the function's or the commit's.
    fn async_execute_then<T, F>(
        &self,
        statement: impl Into<Statement>,
        on_close_pre: F,
    ) -> BoxFuture<'_, Result<T>>
    where
        F: FnOnce(ResultSet) -> Result<T> + Send + 'static,
        T: Send + 'static;

    /// As [`async_execute_then`](Self::async_execute_then), on a bare connection of the engine rather than in a session, and
    /// so never in a scope's.
    ///
    /// # Errors
    /// The statement's, the function's or the commit's.
    fn async_execute_on_connection<T, F>(
        &self,
        statement: impl Into<Statement>,
        on_close_pre: F,
    ) -> BoxFuture<'_, Result<T>>
    where
        F: FnOnce(ResultSet) -> Result<T> + Send + 'static,
        T: Send + 'static;

    /// The first column of a statement's first row; `None` without rows.
    ///
    /// # Errors
    /// As [`async_execute`](Self::async_execute), and when the value is not of the type.
    fn async_scalar<T: FromValueOwned + Send + 'static>(
        &self,
        statement: impl Into<Statement>,
    ) -> BoxFuture<'_, Result<Option<T>>>;

    /// The first column of every row of a statement.
    ///
    /// # Errors
    /// As [`async_execute`](Self::async_execute), and when a value is not of the type.
    fn async_scalars<T: FromValueOwned + Send + 'static>(
        &self,
        statement: impl Into<Statement>,
    ) -> BoxFuture<'_, Result<Vec<T>>>;

    /// All rows of a statement.
    ///
    /// # Errors
    /// As [`async_execute`](Self::async_execute), and when a row does not fit the type.
    fn async_all<T: FromRow + Send + 'static>(
        &self,
        statement: impl Into<Statement>,
    ) -> BoxFuture<'_, Result<Vec<T>>>;

    /// The one row of a statement.
    ///
    /// # Errors
    /// As [`async_all`](Self::async_all); `NoRows`, `SeveralRows`.
    fn async_one<T: FromRow + Send + 'static>(
        &self,
        statement: impl Into<Statement>,
    ) -> BoxFuture<'_, Result<T>>;

    /// The one row of a statement, or none.
    ///
    /// # Errors
    /// As [`async_all`](Self::async_all); `SeveralRows`.
    fn async_one_or_none<T: FromRow + Send + 'static>(
        &self,
        statement: impl Into<Statement>,
    ) -> BoxFuture<'_, Result<Option<T>>>;

    /// Runs a closure with a blocking session of its own, and commits when it is `Ok`.
    ///
    /// # Errors
    /// The closure's or the commit's.
    fn async_run_sync<T, E, F>(&self, work: F) -> BoxFuture<'_, Result<T, E>>
    where
        F: FnOnce(&mut blocking::Session) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static;

    /// As [`async_run_sync`](Self::async_run_sync), and undoes what the closure did and has not committed itself. In a scope
    /// nothing is undone.
    ///
    /// # Errors
    /// The closure's.
    fn async_run_sync_uncommitted<T, E, F>(&self, work: F) -> BoxFuture<'_, Result<T, E>>
    where
        F: FnOnce(&mut blocking::Session) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static;

    /// As [`async_run_sync`](Self::async_run_sync), with a bare connection of the engine, and so never in a scope's session.
    ///
    /// # Errors
    /// The closure's or the commit's.
    fn async_run_sync_on_connection<T, E, F>(&self, work: F) -> BoxFuture<'_, Result<T, E>>
    where
        F: FnOnce(&mut blocking::Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static;

    /// Runs a future with a session that is bound to it: a [scope](crate::scope), in which these methods are on its session.
    ///
    /// # Errors
    /// The body's, or that of the commit. `InvalidState` when the body is `Ok` and its session is still in use, `Interrupted`
    /// when it can commit nothing any more.
    fn async_scope<'a, T, E, F>(&'a self, body: F) -> BoxFuture<'a, Result<T, E>>
    where
        F: Future<Output = Result<T, E>> + Send + 'a,
        T: Send + 'a,
        E: From<Error> + Send + 'a;

    /// As [`async_scope`](Self::async_scope), by a key: inside of a scope with the same key it is that scope, which ends as it
    /// would without this; else it opens one.
    ///
    /// # Errors
    /// As [`async_scope`](Self::async_scope).
    fn async_scope_keyed<'a, K, T, E, F>(&'a self, key: K, body: F) -> BoxFuture<'a, Result<T, E>>
    where
        K: Eq + Send + Sync + 'static,
        F: Future<Output = Result<T, E>> + Send + 'a,
        T: Send + 'a,
        E: From<Error> + Send + 'a;

    /// Runs a future with this session bound to it. At the end the session is yours again, as the body left it: nothing is
    /// committed, rolled back or closed.
    ///
    /// # Errors
    /// The body's. `InvalidState` when the body is `Ok` and the session is still in use: it is rolled back when its user is
    /// done, and `session` is a new one of this client, `Interrupted` until `rollback`; it is that also when the future is
    /// dropped while somebody else uses the session. `Interrupted` when a call was left alone in its middle.
    fn async_scope_with<'a, T, E, F>(
        &'a self,
        session: &'a mut Self::Session,
        body: F,
    ) -> BoxFuture<'a, Result<T, E>>
    where
        F: Future<Output = Result<T, E>> + Send + 'a,
        T: Send + 'a,
        E: From<Error> + Send + 'a;

    /// Whether the caller is in a scope of this client.
    fn scoped(&self) -> bool;

    /// Begins the transaction of the scope's session by hand.
    ///
    /// # Errors
    /// `InvalidState` when one is begun; here and below also outside of a scope, and when its session is in use.
    fn async_begin(&self) -> BoxFuture<'_, Result<()>>;

    /// Sets a savepoint in the scope's session.
    ///
    /// # Errors
    /// As [`async_begin`](Self::async_begin); the server's.
    fn async_begin_nested(&self) -> BoxFuture<'_, Result<Savepoint>>;

    /// Releases a savepoint of the scope's session.
    ///
    /// # Errors
    /// `InvalidState` when it has ended; as [`async_begin`](Self::async_begin); the server's.
    fn async_release(&self, savepoint: Savepoint) -> BoxFuture<'_, Result<()>>;

    /// Undoes what the scope's session did since the savepoint.
    ///
    /// # Errors
    /// As [`async_release`](Self::async_release).
    fn async_rollback_to(&self, savepoint: Savepoint) -> BoxFuture<'_, Result<()>>;

    /// Commits what the scope's session did so far.
    ///
    /// # Errors
    /// As [`async_begin`](Self::async_begin); the commit's.
    fn async_commit(&self) -> BoxFuture<'_, Result<()>>;

    /// Rolls back what the scope's session did so far.
    ///
    /// # Errors
    /// As [`async_begin`](Self::async_begin); the rollback's.
    fn async_rollback(&self) -> BoxFuture<'_, Result<()>>;

    /// The entity with this key, if there is one.
    ///
    /// # Errors
    /// The statement's, and when the row does not fit the type.
    fn async_get<E: Entity>(&self, key: E::Key) -> BoxFuture<'_, Result<Option<E>>>;

    /// The entity with this key.
    ///
    /// # Errors
    /// As [`async_get`](Self::async_get); `NoRows` where there is none.
    fn async_get_one<E: Entity>(&self, key: E::Key) -> BoxFuture<'_, Result<E>>;

    /// The entity with this key, if there is one, whose row is locked until the scope's transaction ends.
    ///
    /// # Errors
    /// As [`async_get`](Self::async_get).
    fn async_get_for_update<E: Entity>(&self, key: E::Key) -> BoxFuture<'_, Result<Option<E>>>;

    /// Makes the row with the entity's key be as the entity is, or inserts it. Gives the entity back, with what the server has
    /// generated.
    ///
    /// # Errors
    /// The statement's or the commit's: then nothing is saved.
    fn async_save<E: Entity>(&self, entity: E) -> BoxFuture<'_, Result<E>>;

    /// Saves all of them, or none, by few statements.
    ///
    /// # Errors
    /// As [`async_save`](Self::async_save).
    fn async_save_all<E: Entity>(&self, entities: Vec<E>) -> BoxFuture<'_, Result<Vec<E>>>;

    /// Deletes the row with this key. Without such a row nothing is deleted.
    ///
    /// # Errors
    /// As [`async_save`](Self::async_save).
    fn async_delete_by_key<E: Entity>(&self, key: E::Key) -> BoxFuture<'_, Result<()>>;

    /// Queues what makes the row with the entity's key be as the entity is, in the scope's session.
    ///
    /// # Errors
    /// `InvalidState` outside of a scope, and when its session is in use; else as [`async_get`](Self::async_get).
    fn async_merge<E: Entity>(&self, entity: E) -> BoxFuture<'_, Result<Tracked<E>>>;

    /// Writes what is pending in the scope's session.
    ///
    /// # Errors
    /// As [`async_merge`](Self::async_merge).
    fn async_flush(&self) -> BoxFuture<'_, Result<()>>;

    /// Deletes the row with the entity's key. Without such a row nothing is deleted.
    ///
    /// # Errors
    /// `BadParameter` when the entity has no key; else as [`async_save`](Self::async_save).
    fn async_delete<E: Entity>(&self, entity: &E) -> BoxFuture<'_, Result<()>> {
        match entity.key() {
            Some(key) => self.async_delete_by_key::<E>(key),
            None => Box::pin(async { Err(keyless::<E>("deleted")) }),
        }
    }

    /// Reads an entity of the scope's session anew.
    ///
    /// # Errors
    /// `BadParameter` when it has no key, `NoRows` when its row is gone; else as [`async_merge`](Self::async_merge).
    fn async_refresh<'a, E: Entity>(&'a self, entity: &'a mut E) -> BoxFuture<'a, Result<()>>;

    /// Queues an INSERT in the scope's session. No I/O.
    ///
    /// # Errors
    /// As [`async_merge`](Self::async_merge).
    fn add<E: Entity>(&self, entity: E) -> Result<Tracked<E>>;

    /// Queues an INSERT of each in the scope's session. No I/O.
    ///
    /// # Errors
    /// As [`async_merge`](Self::async_merge).
    fn add_all<E: Entity>(&self, entities: impl IntoIterator<Item = E>) -> Result<Vec<Tracked<E>>>;

    /// Takes an entity out of the scope's session that has been written.
    ///
    /// # Errors
    /// `InvalidState` when it has not been written yet, or is no longer held; as [`async_merge`](Self::async_merge).
    fn take<E: Entity>(&self, tracked: Tracked<E>) -> Result<E>;

    /// Forgets the values of one row that the scope's session has read.
    ///
    /// # Errors
    /// As [`async_merge`](Self::async_merge).
    fn expire<E: Entity>(&self, key: E::Key) -> Result<()>;

    /// Forgets the values of all rows that the scope's session has read.
    ///
    /// # Errors
    /// As [`async_merge`](Self::async_merge).
    fn expire_all(&self) -> Result<()>;

    /// Takes an entity back out of the scope's session that has not been written.
    ///
    /// # Errors
    /// `InvalidState` when it has been written, or is no longer held; as [`async_merge`](Self::async_merge).
    fn expunge<E: Entity>(&self, tracked: Tracked<E>) -> Result<E>;

    /// Lets go of everything that the scope's session holds of entities.
    ///
    /// # Errors
    /// As [`async_merge`](Self::async_merge).
    fn expunge_all(&self) -> Result<()>;

    /// What a flush of the scope's session would write, and how many rows it knows.
    ///
    /// # Errors
    /// As [`async_merge`](Self::async_merge).
    fn changes(&self) -> Result<Changes>;
}

/// The error of an entity without a key where one is needed.
pub(super) fn keyless<E: Entity>(done: &str) -> Error {
    let table = E::table().name();
    Error::new(
        ErrorKind::BadParameter,
        format!("an entity of the table `{table}` has no key yet, and cannot be {done}"),
    )
}
