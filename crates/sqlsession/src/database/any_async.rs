//! The async client by `await` is itself.

use std::future::Future;

use sqlsession_core::{
    AsyncSession, Changes, Entity, Error, FromRow, Result, ResultSet, Savepoint, Statement, blocking,
    driver::BoxFuture, entity::Tracked, statement::ParameterSet, value::FromValueOwned,
};

use super::{AnyDatabase, AsyncDatabase};

impl AnyDatabase for AsyncDatabase {
    type Session = AsyncSession;

    fn async_execute(&self, statement: impl Into<Statement>) -> BoxFuture<'_, Result<ResultSet>> {
        Box::pin(self.execute(statement.into()))
    }

    fn async_execute_many<P: Into<ParameterSet>>(
        &self,
        statement: impl Into<Statement>,
        sets: impl IntoIterator<Item = P>,
    ) -> BoxFuture<'_, Result<ResultSet>> {
        let sets: Vec<ParameterSet> = sets.into_iter().map(Into::into).collect();
        Box::pin(self.execute_many(statement.into(), sets))
    }

    fn async_execute_uncommitted(&self, statement: impl Into<Statement>) -> BoxFuture<'_, Result<ResultSet>> {
        Box::pin(self.execute_uncommitted(statement.into()))
    }

    fn async_execute_then<T, F>(
        &self,
        statement: impl Into<Statement>,
        on_close_pre: F,
    ) -> BoxFuture<'_, Result<T>>
    where
        F: FnOnce(ResultSet) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        Box::pin(self.execute_then(statement.into(), on_close_pre))
    }

    fn async_execute_on_connection<T, F>(
        &self,
        statement: impl Into<Statement>,
        on_close_pre: F,
    ) -> BoxFuture<'_, Result<T>>
    where
        F: FnOnce(ResultSet) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        Box::pin(self.execute_on_connection(statement.into(), on_close_pre))
    }

    fn async_scalar<T: FromValueOwned + Send + 'static>(
        &self,
        statement: impl Into<Statement>,
    ) -> BoxFuture<'_, Result<Option<T>>> {
        Box::pin(self.scalar(statement.into()))
    }

    fn async_scalars<T: FromValueOwned + Send + 'static>(
        &self,
        statement: impl Into<Statement>,
    ) -> BoxFuture<'_, Result<Vec<T>>> {
        Box::pin(self.scalars(statement.into()))
    }

    fn async_all<T: FromRow + Send + 'static>(
        &self,
        statement: impl Into<Statement>,
    ) -> BoxFuture<'_, Result<Vec<T>>> {
        Box::pin(self.all(statement.into()))
    }

    fn async_one<T: FromRow + Send + 'static>(
        &self,
        statement: impl Into<Statement>,
    ) -> BoxFuture<'_, Result<T>> {
        Box::pin(self.one(statement.into()))
    }

    fn async_one_or_none<T: FromRow + Send + 'static>(
        &self,
        statement: impl Into<Statement>,
    ) -> BoxFuture<'_, Result<Option<T>>> {
        Box::pin(self.one_or_none(statement.into()))
    }

    fn async_run_sync<T, E, F>(&self, work: F) -> BoxFuture<'_, Result<T, E>>
    where
        F: FnOnce(&mut blocking::Session) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        Box::pin(self.run_sync(work))
    }

    fn async_run_sync_uncommitted<T, E, F>(&self, work: F) -> BoxFuture<'_, Result<T, E>>
    where
        F: FnOnce(&mut blocking::Session) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        Box::pin(self.run_sync_uncommitted(work))
    }

    fn async_run_sync_on_connection<T, E, F>(&self, work: F) -> BoxFuture<'_, Result<T, E>>
    where
        F: FnOnce(&mut blocking::Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        Box::pin(self.run_sync_on_connection(work))
    }

    fn async_scope<'a, T, E, F>(&'a self, body: F) -> BoxFuture<'a, Result<T, E>>
    where
        F: Future<Output = Result<T, E>> + Send + 'a,
        T: Send + 'a,
        E: From<Error> + Send + 'a,
    {
        Box::pin(self.scope(body))
    }

    fn async_scope_keyed<'a, K, T, E, F>(&'a self, key: K, body: F) -> BoxFuture<'a, Result<T, E>>
    where
        K: Eq + Send + Sync + 'static,
        F: Future<Output = Result<T, E>> + Send + 'a,
        T: Send + 'a,
        E: From<Error> + Send + 'a,
    {
        Box::pin(self.scope_keyed(key, body))
    }

    fn async_scope_with<'a, T, E, F>(
        &'a self,
        session: &'a mut AsyncSession,
        body: F,
    ) -> BoxFuture<'a, Result<T, E>>
    where
        F: Future<Output = Result<T, E>> + Send + 'a,
        T: Send + 'a,
        E: From<Error> + Send + 'a,
    {
        Box::pin(self.scope_with(session, body))
    }

    fn scoped(&self) -> bool {
        self.scoped()
    }

    fn async_begin(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.begin())
    }

    fn async_begin_nested(&self) -> BoxFuture<'_, Result<Savepoint>> {
        Box::pin(self.begin_nested())
    }

    fn async_release(&self, savepoint: Savepoint) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.release(savepoint))
    }

    fn async_rollback_to(&self, savepoint: Savepoint) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.rollback_to(savepoint))
    }

    fn async_commit(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.commit())
    }

    fn async_rollback(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.rollback())
    }

    fn async_get<E: Entity>(&self, key: E::Key) -> BoxFuture<'_, Result<Option<E>>> {
        Box::pin(self.get(key))
    }

    fn async_get_one<E: Entity>(&self, key: E::Key) -> BoxFuture<'_, Result<E>> {
        Box::pin(self.get_one(key))
    }

    fn async_get_for_update<E: Entity>(&self, key: E::Key) -> BoxFuture<'_, Result<Option<E>>> {
        Box::pin(self.get_for_update(key))
    }

    fn async_save<E: Entity>(&self, entity: E) -> BoxFuture<'_, Result<E>> {
        Box::pin(self.save(entity))
    }

    fn async_save_all<E: Entity>(&self, entities: Vec<E>) -> BoxFuture<'_, Result<Vec<E>>> {
        Box::pin(self.save_all(entities))
    }

    fn async_delete_by_key<E: Entity>(&self, key: E::Key) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.delete_by_key::<E>(key))
    }

    fn async_merge<E: Entity>(&self, entity: E) -> BoxFuture<'_, Result<Tracked<E>>> {
        Box::pin(self.merge(entity))
    }

    fn async_flush(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.flush())
    }

    fn async_refresh<'a, E: Entity>(&'a self, entity: &'a mut E) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.refresh(entity))
    }

    fn add<E: Entity>(&self, entity: E) -> Result<Tracked<E>> {
        self.add(entity)
    }

    fn add_all<E: Entity>(&self, entities: impl IntoIterator<Item = E>) -> Result<Vec<Tracked<E>>> {
        self.add_all(entities)
    }

    fn take<E: Entity>(&self, tracked: Tracked<E>) -> Result<E> {
        self.take(tracked)
    }

    fn expire<E: Entity>(&self, key: E::Key) -> Result<()> {
        self.expire::<E>(key)
    }

    fn expire_all(&self) -> Result<()> {
        self.expire_all()
    }

    fn expunge<E: Entity>(&self, tracked: Tracked<E>) -> Result<E> {
        self.expunge(tracked)
    }

    fn expunge_all(&self) -> Result<()> {
        self.expunge_all()
    }

    fn changes(&self) -> Result<Changes> {
        self.changes()
    }
}
