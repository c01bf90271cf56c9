//! The blocking client by `await`: each call runs off the runtime's threads, in the scope that the caller is in.

use std::{future::Future, mem, sync::Arc};

use sqlsession_core::{
    Changes, Entity, Error, FromRow, Result, ResultSet, Savepoint, Statement,
    blocking::{Connection, Session},
    driver::BoxFuture,
    entity::Tracked,
    statement::ParameterSet,
    value::FromValueOwned,
};

use super::{AnyDatabase, Database, any::keyless, offload::offload};
use crate::scope::{self, Frame, Slot};

impl AnyDatabase for Database {
    type Session = Session;

    fn async_execute(&self, statement: impl Into<Statement>) -> BoxFuture<'_, Result<ResultSet>> {
        let statement = statement.into();
        off_thread(self, move |db| db.execute(statement))
    }

    fn async_execute_many<P: Into<ParameterSet>>(
        &self,
        statement: impl Into<Statement>,
        sets: impl IntoIterator<Item = P>,
    ) -> BoxFuture<'_, Result<ResultSet>> {
        let statement = statement.into();
        let sets: Vec<ParameterSet> = sets.into_iter().map(Into::into).collect();
        off_thread(self, move |db| db.execute_many(statement, sets))
    }

    fn async_execute_uncommitted(&self, statement: impl Into<Statement>) -> BoxFuture<'_, Result<ResultSet>> {
        let statement = statement.into();
        off_thread(self, move |db| db.execute_uncommitted(statement))
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
        let statement = statement.into();
        off_thread(self, move |db| db.execute_then(statement, on_close_pre))
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
        let statement = statement.into();
        off_thread(self, move |db| db.execute_on_connection(statement, on_close_pre))
    }

    fn async_scalar<T: FromValueOwned + Send + 'static>(
        &self,
        statement: impl Into<Statement>,
    ) -> BoxFuture<'_, Result<Option<T>>> {
        let statement = statement.into();
        off_thread(self, move |db| db.scalar(statement))
    }

    fn async_scalars<T: FromValueOwned + Send + 'static>(
        &self,
        statement: impl Into<Statement>,
    ) -> BoxFuture<'_, Result<Vec<T>>> {
        let statement = statement.into();
        off_thread(self, move |db| db.scalars(statement))
    }

    fn async_all<T: FromRow + Send + 'static>(
        &self,
        statement: impl Into<Statement>,
    ) -> BoxFuture<'_, Result<Vec<T>>> {
        let statement = statement.into();
        off_thread(self, move |db| db.all(statement))
    }

    fn async_one<T: FromRow + Send + 'static>(
        &self,
        statement: impl Into<Statement>,
    ) -> BoxFuture<'_, Result<T>> {
        let statement = statement.into();
        off_thread(self, move |db| db.one(statement))
    }

    fn async_one_or_none<T: FromRow + Send + 'static>(
        &self,
        statement: impl Into<Statement>,
    ) -> BoxFuture<'_, Result<Option<T>>> {
        let statement = statement.into();
        off_thread(self, move |db| db.one_or_none(statement))
    }

    fn async_run_sync<T, E, F>(&self, work: F) -> BoxFuture<'_, Result<T, E>>
    where
        F: FnOnce(&mut Session) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        off_thread(self, move |db| db.run_sync(work))
    }

    fn async_run_sync_uncommitted<T, E, F>(&self, work: F) -> BoxFuture<'_, Result<T, E>>
    where
        F: FnOnce(&mut Session) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        off_thread(self, move |db| db.run_sync_uncommitted(work))
    }

    fn async_run_sync_on_connection<T, E, F>(&self, work: F) -> BoxFuture<'_, Result<T, E>>
    where
        F: FnOnce(&mut Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        off_thread(self, move |db| db.run_sync_on_connection(work))
    }

    fn async_scope<'a, T, E, F>(&'a self, body: F) -> BoxFuture<'a, Result<T, E>>
    where
        F: Future<Output = Result<T, E>> + Send + 'a,
        T: Send + 'a,
        E: From<Error> + Send + 'a,
    {
        Box::pin(async move {
            let slot = Slot::new(self.session_maker().session());
            let frame = Frame::new(self.owner(), slot.clone());
            run_scope(frame, slot, self.commits_on_exit(), body).await
        })
    }

    fn async_scope_keyed<'a, K, T, E, F>(&'a self, key: K, body: F) -> BoxFuture<'a, Result<T, E>>
    where
        K: Eq + Send + Sync + 'static,
        F: Future<Output = Result<T, E>> + Send + 'a,
        T: Send + 'a,
        E: From<Error> + Send + 'a,
    {
        Box::pin(async move {
            let around = scope::current().and_then(|frame| frame.find_keyed(self.owner(), &key).cloned());
            if let Some(slot) = around {
                let frame = Frame::new::<Session>(self.owner(), slot);
                return scope::within(Arc::new(frame), body).await;
            }
            let slot = Slot::new(self.session_maker().session());
            let frame = Frame::new(self.owner(), slot.clone()).keyed(key);
            run_scope(frame, slot, self.commits_on_exit(), body).await
        })
    }

    fn async_scope_with<'a, T, E, F>(
        &'a self,
        session: &'a mut Session,
        body: F,
    ) -> BoxFuture<'a, Result<T, E>>
    where
        F: Future<Output = Result<T, E>> + Send + 'a,
        T: Send + 'a,
        E: From<Error> + Send + 'a,
    {
        Box::pin(async move {
            let slot = Slot::new(mem::replace(session, self.session_maker().session()));
            // Dropped in the middle, it gives the session back too, after the body is gone.
            let giving_back = slot.clone().give_back(session, Session::interrupt);
            let result = scope::within(Arc::new(Frame::new(self.owner(), slot.clone())), body).await;
            let whole = slot.lend().map(drop);
            drop(giving_back);
            let value = result?;
            whole?;
            Ok(value)
        })
    }

    fn scoped(&self) -> bool {
        self.scoped()
    }

    fn async_begin(&self) -> BoxFuture<'_, Result<()>> {
        off_thread(self, Self::begin)
    }

    fn async_begin_nested(&self) -> BoxFuture<'_, Result<Savepoint>> {
        off_thread(self, Self::begin_nested)
    }

    fn async_release(&self, savepoint: Savepoint) -> BoxFuture<'_, Result<()>> {
        off_thread(self, move |db| db.release(savepoint))
    }

    fn async_rollback_to(&self, savepoint: Savepoint) -> BoxFuture<'_, Result<()>> {
        off_thread(self, move |db| db.rollback_to(savepoint))
    }

    fn async_commit(&self) -> BoxFuture<'_, Result<()>> {
        off_thread(self, Self::commit)
    }

    fn async_rollback(&self) -> BoxFuture<'_, Result<()>> {
        off_thread(self, Self::rollback)
    }

    fn async_get<E: Entity>(&self, key: E::Key) -> BoxFuture<'_, Result<Option<E>>> {
        off_thread(self, move |db| db.get(key))
    }

    fn async_get_one<E: Entity>(&self, key: E::Key) -> BoxFuture<'_, Result<E>> {
        off_thread(self, move |db| db.get_one(key))
    }

    fn async_get_for_update<E: Entity>(&self, key: E::Key) -> BoxFuture<'_, Result<Option<E>>> {
        off_thread(self, move |db| db.get_for_update(key))
    }

    fn async_save<E: Entity>(&self, entity: E) -> BoxFuture<'_, Result<E>> {
        off_thread(self, move |db| db.save(entity))
    }

    fn async_save_all<E: Entity>(&self, entities: Vec<E>) -> BoxFuture<'_, Result<Vec<E>>> {
        off_thread(self, move |db| db.save_all(entities))
    }

    fn async_delete_by_key<E: Entity>(&self, key: E::Key) -> BoxFuture<'_, Result<()>> {
        off_thread(self, move |db| db.delete_by_key::<E>(key))
    }

    fn async_merge<E: Entity>(&self, entity: E) -> BoxFuture<'_, Result<Tracked<E>>> {
        off_thread(self, move |db| db.merge(entity))
    }

    fn async_flush(&self) -> BoxFuture<'_, Result<()>> {
        off_thread(self, Self::flush)
    }

    fn async_refresh<'a, E: Entity>(&'a self, entity: &'a mut E) -> BoxFuture<'a, Result<()>> {
        let Some(key) = entity.key() else { return Box::pin(async { Err(keyless::<E>("refreshed")) }) };
        let reading = off_thread(self, move |db| db.session()?.get_one::<E>(key));
        Box::pin(async move {
            *entity = reading.await?;
            Ok(())
        })
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

/// Runs a future in a scope of the blocking client; the scope ends off the runtime's threads.
async fn run_scope<T, E: From<Error>>(
    frame: Frame,
    slot: Slot<Session>,
    commit: bool,
    body: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let result = scope::within(Arc::new(frame), body).await;
    if result.is_ok() {
        offload(move || Database::end_scope(&slot, true, commit)).await??;
    } else {
        drop(offload(move || Database::end_scope(&slot, false, commit)).await);
    }
    result
}

/// Runs a call of the blocking client where it stalls no runtime.
///
/// Dropped in the middle, the call goes on, and a scope that it is in can commit nothing any more.
fn off_thread<T, E>(
    db: &Database,
    work: impl FnOnce(&Database) -> Result<T, E> + Send + 'static,
) -> BoxFuture<'_, Result<T, E>>
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    let db = db.clone();
    Box::pin(async move {
        let frame = scope::current();
        let left = Left(db.scope_slot());
        let result = offload(move || match frame {
            Some(frame) => scope::within_blocking(frame, || work(&db)),
            None => work(&db),
        })
        .await;
        left.done();
        result?
    })
}

/// Tells the scope when nobody waits for the end of a call in it.
struct Left(Option<Slot<Session>>);

impl Left {
    fn done(mut self) {
        self.0 = None;
    }
}

impl Drop for Left {
    fn drop(&mut self) {
        if let Some(slot) = &self.0 {
            slot.interrupt();
        }
    }
}
