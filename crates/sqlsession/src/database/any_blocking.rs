//! The blocking client by `await`: each call runs off the runtime's threads, in the scope that the caller is in.

use std::{future::Future, sync::Arc};

use sqlsession_core::{
    Error, Result, ResultSet, Savepoint, Statement, blocking::Session, driver::BoxFuture,
    value::FromValueOwned,
};

use super::{AnyDatabase, Database, offload::offload};
use crate::scope::{self, Frame, Slot};

impl AnyDatabase for Database {
    fn async_execute(&self, statement: impl Into<Statement>) -> BoxFuture<'_, Result<ResultSet>> {
        let statement = statement.into();
        off_thread(self, move |db| db.execute(statement))
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

    fn async_run_sync<T, E, F>(&self, work: F) -> BoxFuture<'_, Result<T, E>>
    where
        F: FnOnce(&mut Session) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        off_thread(self, move |db| db.run_sync(work))
    }

    fn async_scope<'a, T, E, F>(&'a self, body: F) -> BoxFuture<'a, Result<T, E>>
    where
        F: Future<Output = Result<T, E>> + Send + 'a,
        T: Send + 'a,
        E: From<Error> + Send + 'a,
    {
        Box::pin(async move {
            let slot = Slot::new(self.session_maker().session());
            let frame = Arc::new(Frame::new(self.owner(), slot.clone()));
            let result = scope::within(frame, body).await;
            let commit = self.commits_on_exit();
            if result.is_ok() {
                offload(move || Self::end_scope(&slot, true, commit)).await??;
            } else {
                drop(offload(move || Self::end_scope(&slot, false, commit)).await);
            }
            result
        })
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
