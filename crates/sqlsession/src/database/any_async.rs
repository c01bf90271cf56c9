//! The async client by `await` is itself.

use std::future::Future;

use sqlsession_core::{
    Entity, Error, Result, ResultSet, Savepoint, Statement, blocking, driver::BoxFuture, entity::Tracked,
    value::FromValueOwned,
};

use super::{AnyDatabase, AsyncDatabase};

impl AnyDatabase for AsyncDatabase {
    fn async_execute(&self, statement: impl Into<Statement>) -> BoxFuture<'_, Result<ResultSet>> {
        Box::pin(self.execute(statement.into()))
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

    fn async_run_sync<T, E, F>(&self, work: F) -> BoxFuture<'_, Result<T, E>>
    where
        F: FnOnce(&mut blocking::Session) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        Box::pin(self.run_sync(work))
    }

    fn async_scope<'a, T, E, F>(&'a self, body: F) -> BoxFuture<'a, Result<T, E>>
    where
        F: Future<Output = Result<T, E>> + Send + 'a,
        T: Send + 'a,
        E: From<Error> + Send + 'a,
    {
        Box::pin(self.scope(body))
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

    fn expire_all(&self) -> Result<()> {
        self.expire_all()
    }

    fn expunge_all(&self) -> Result<()> {
        self.expunge_all()
    }
}
