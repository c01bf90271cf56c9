//! Blocking closures, called by `await`.

use std::{
    mem,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use sqlsession_core::{AsyncSession, Error, Result, blocking, runtime::Executor};

use super::{AsyncDatabase, offload::offload};
use crate::scope::Slot;

impl AsyncDatabase {
    /// Runs a closure with a blocking session of its own, off the runtime's threads, and commits when it is `Ok`. In a scope
    /// it is given the scope's session, and the scope commits.
    ///
    /// Dropped before it is done, it rolls back when the closure returns; a scope can then commit nothing any more.
    ///
    /// # Errors
    /// The closure's or the commit's. In a scope `InvalidState` when its session is in use.
    pub async fn run_sync<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut blocking::Session) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match self.scope_slot() {
            Some(slot) => run_in_scope(&slot, self.session_maker().session(), work).await,
            None => run_alone(self.session_maker().session(), work, true).await,
        }
    }

    /// As [`run_sync`](Self::run_sync), and undoes what the closure did and has not committed itself. In a scope nothing is
    /// undone.
    ///
    /// # Errors
    /// The closure's.
    pub async fn run_sync_uncommitted<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut blocking::Session) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match self.scope_slot() {
            Some(slot) => run_in_scope(&slot, self.session_maker().session(), work).await,
            None => run_alone(self.session_maker().session(), work, false).await,
        }
    }

    /// As [`run_sync`](Self::run_sync), with a bare connection of the engine.
    ///
    /// # Errors
    /// The closure's or the commit's.
    pub async fn run_sync_on_connection<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut blocking::Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let connection = self.engine().connect().await?;
        let executor = Executor::current();
        let (wanted, waiting) = waiter();
        let result = offload(move || {
            let mut connection = blocking::Connection::new(connection, &executor);
            let value = work(&mut connection)?;
            if wanted.load(Ordering::Acquire) {
                connection.commit()?;
            }
            connection.close()?;
            Ok(value)
        })
        .await;
        waiting.done();
        result?
    }
}

async fn run_alone<T, E, F>(session: AsyncSession, work: F, commit: bool) -> Result<T, E>
where
    F: FnOnce(&mut blocking::Session) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    let executor = Executor::current();
    let (wanted, waiting) = waiter();
    let result = offload(move || {
        let mut session = blocking::Session::new(session, &executor);
        let value = work(&mut session)?;
        if commit && wanted.load(Ordering::Acquire) {
            session.commit()?;
        }
        session.close()?;
        Ok(value)
    })
    .await;
    waiting.done();
    result?
}

/// The closure has the scope's session until it returns, whether somebody waits for that or not.
async fn run_in_scope<T, E, F>(slot: &Slot<AsyncSession>, stand_in: AsyncSession, work: F) -> Result<T, E>
where
    F: FnOnce(&mut blocking::Session) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    let mut held = slot.lend()?;
    // So it stays after a panic of the closure, and where nobody waits for its end: half of its work may be there.
    slot.interrupt();
    let executor = Executor::current();
    let (wanted, waiting) = waiter();
    let result = offload(move || {
        let mut session = blocking::Session::new(mem::replace(&mut *held, stand_in), &executor);
        let result = work(&mut session);
        if !wanted.load(Ordering::Acquire) {
            // Whoever has lent the session to the scope must not commit half of the work.
            drop(session.rollback());
        }
        *held = session.into_async();
        result
    })
    .await;
    waiting.done();
    slot.resume();
    result?
}

/// Whether somebody still waits for the closure's result; the other half says no when it is dropped.
fn waiter() -> (Arc<AtomicBool>, Waiter) {
    let wanted = Arc::new(AtomicBool::new(true));
    (wanted.clone(), Waiter(Some(wanted)))
}

struct Waiter(Option<Arc<AtomicBool>>);

impl Waiter {
    fn done(mut self) {
        self.0 = None;
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        if let Some(wanted) = &self.0 {
            wanted.store(false, Ordering::Release);
        }
    }
}
