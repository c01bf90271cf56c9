use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    task::Poll,
    time::Instant,
};

use super::{
    Lease, PoolOptions, PoolStatus,
    generation::Generation,
    slot::{Identity, Idle},
};
use crate::{
    Error, ErrorKind, Result,
    driver::{Control, Driver, DriverConnection, Finished, Operation},
    engine::Shared,
    runtime::timeout,
};

/// An engine's connections.
pub(crate) struct Pool<D: Driver> {
    options: PoolOptions,
    generation: RwLock<Arc<Generation<D::Connection>>>,
    connected: AtomicU64,
    last_connect_error: RwLock<Option<Arc<str>>>,
}

impl<D: Driver> std::fmt::Debug for Pool<D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").field("options", &self.options).field("status", &self.status()).finish()
    }
}

impl<D: Driver> Pool<D> {
    pub(crate) fn new(options: PoolOptions) -> Result<Self> {
        options.check()?;
        let generation = RwLock::new(Generation::new(&options)?);
        Ok(Self { options, generation, connected: AtomicU64::new(0), last_connect_error: RwLock::new(None) })
    }

    pub(crate) fn options(&self) -> &PoolOptions {
        &self.options
    }

    pub(crate) fn status(&self) -> PoolStatus {
        self.generation().status()
    }

    // A panic cannot leave these locks' contents half-written: they hold one pointer.
    fn generation(&self) -> Arc<Generation<D::Connection>> {
        self.generation.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Starts anew with an empty pool and gives what was idle.
    pub(crate) fn dispose(&self) -> Result<Vec<Idle<D::Connection>>> {
        let fresh = Generation::new(&self.options)?;
        let mut current = self.generation.write().unwrap_or_else(PoisonError::into_inner);
        let former = std::mem::replace(&mut *current, fresh);
        drop(current);
        Ok(former.forget())
    }

    /// Takes a connection out of the pool, or opens one.
    ///
    /// Cancel safe: dropped, it leaves the queue, and a connection that was being opened or asked is closed.
    pub(crate) async fn checkout(&self, shared: &Arc<Shared<D>>) -> Result<(Lease<D>, D::Connection)> {
        let generation = self.generation();
        let slot = {
            let mut slot = pin!(generation.slot());
            match poll_fn(|cx| Poll::Ready(slot.as_mut().poll(cx))).await {
                Poll::Ready(slot) => slot,
                Poll::Pending => {
                    let _waiting = generation.wait();
                    match timeout(self.options.pool_timeout, slot).await {
                        Some(slot) => slot,
                        None => return Err(self.timed_out(generation.status())),
                    }
                }
            }
        };
        let slot = slot.ok_or_else(|| Error::new(ErrorKind::PoolClosed, "the pool is closed"))?;
        let mut lease = Lease::new(slot, generation, shared);
        let connection = match lease.take_idle() {
            Some(idle) => self.revive(&mut lease, idle).await?,
            None => self.connect(&mut lease).await?,
        };
        lease.tell(|l, e| l.checkout(e));
        Ok((lease, connection))
    }

    /// Makes sure that an idle connection is worth lending, or opens another in its place.
    async fn revive(&self, lease: &mut Lease<D>, idle: Idle<D::Connection>) -> Result<D::Connection> {
        let Idle { mut connection, identity } = idle;
        let shared = lease.shared().clone();
        let too_old = self.options.pool_recycle.is_some_and(|limit| identity.created.elapsed() >= limit);
        if too_old {
            shared.close(connection, identity.number);
            return self.connect(lease).await;
        }
        let number = identity.number;
        if !connection.is_usable() {
            shared.listeners.tell(number, |l, e| l.invalidate(e));
            shared.close(connection, number);
            return self.connect(lease).await;
        }
        lease.set_identity(identity);
        if self.options.pool_pre_ping {
            let finished = match connection.control(Control::Ping) {
                Operation::Done(connection, result) => Finished { connection: Some(connection), result },
                Operation::Running(ping) => ping.await,
            };
            match (finished.connection, finished.result) {
                (Some(alive), Ok(_)) => connection = alive,
                (dead, _) => {
                    lease.tell(|l, e| l.invalidate(e));
                    if let Some(dead) = dead {
                        shared.close(dead, number);
                    }
                    return self.connect(lease).await;
                }
            }
        }
        Ok(connection)
    }

    async fn connect(&self, lease: &mut Lease<D>) -> Result<D::Connection> {
        let shared = lease.shared().clone();
        let connection = match shared.driver.connect().await {
            Ok(connection) => connection,
            Err(error) => {
                let mut last = self.last_connect_error.write().unwrap_or_else(PoisonError::into_inner);
                *last = Some(error.to_string().into());
                return Err(error);
            }
        };
        let number = self.connected.fetch_add(1, Ordering::Relaxed) + 1;
        lease.set_identity(Box::new(Identity {
            number,
            created: Instant::now(),
            canceller: connection.canceller(),
            texts: shared.texts.local(),
            isolation: None,
        }));
        lease.tell(|l, e| l.connect(e));
        Ok(connection)
    }

    fn timed_out(&self, status: PoolStatus) -> Error {
        let last = self.last_connect_error.read().unwrap_or_else(PoisonError::into_inner).clone();
        let last = last.map_or_else(String::new, |error| format!("; the last connect error was: {error}"));
        Error::new(
            ErrorKind::PoolTimeout,
            format!(
                "no connection became free within {:?}: {} in use, {} idle, {} waiting, pool_size {}, max_overflow {}{last}",
                self.options.pool_timeout,
                status.in_use,
                status.idle,
                status.waiting,
                self.options.pool_size,
                self.options.max_overflow,
            ),
        )
    }
}
