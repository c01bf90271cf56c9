use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    task::Poll,
    time::{Duration, Instant},
};

use super::{
    Lease, PoolOptions, PoolStatus,
    generation::Generation,
    slot::{Identity, Idle, SetLevel},
};
use crate::{
    Error, ErrorKind, Result,
    driver::{Control, Driver, DriverConnection, Finished, Operation},
    engine::Shared,
    runtime::timeout,
};

/// What was not turned for so long may have been closed meanwhile.
const REST: Duration = Duration::from_millis(10);

/// An engine's connections.
pub(crate) struct Pool<D: Driver> {
    options: PoolOptions,
    generation: RwLock<Arc<Generation<D::Connection>>>,
    connected: AtomicU64,
    /// Counts the times that connections were lost; those lost together count once.
    losses: AtomicU64,
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
        Ok(Self {
            options,
            generation,
            connected: AtomicU64::new(0),
            losses: AtomicU64::new(0),
            last_connect_error: RwLock::new(None),
        })
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
                Poll::Pending => Box::pin(self.wait(&generation, slot)).await?,
            }
        };
        let slot = slot.ok_or_else(|| Error::new(ErrorKind::PoolClosed, "the pool is closed"))?;
        let mut lease = Lease::new(slot, generation, shared);
        let idle = lease.take_idle();
        if idle.as_ref().is_some_and(|idle| idle.unturned.is_some_and(|since| since.elapsed() >= REST)) {
            Box::pin(turn()).await;
        }
        let connection = match idle {
            Some(idle) if self.is_good(&idle) => {
                lease.set_identity(idle.identity);
                idle.connection
            }
            idle => Box::pin(self.renew(&mut lease, idle)).await?,
        };
        lease.tell(|l, e| l.checkout(e));
        Ok((lease, connection))
    }

    /// Waits for a slot, as long as `pool_timeout` allows.
    async fn wait<F: Future>(
        &self,
        generation: &Generation<D::Connection>,
        slot: Pin<&mut F>,
    ) -> Result<F::Output> {
        let _waiting = generation.wait();
        match timeout(self.options.pool_timeout, slot).await {
            Some(slot) => Ok(slot),
            None => Err(self.timed_out(generation.status())),
        }
    }

    /// Whether an idle connection is worth lending without a word to the server.
    fn is_good(&self, idle: &Idle<D::Connection>) -> bool {
        idle.connection.is_usable()
            && !self.options.pool_pre_ping
            && !self.is_too_old(idle)
            && !self.is_doubtful(&idle.identity)
    }

    /// Whether another connection was lost since this one was good: what ended that one may have ended this one too.
    fn is_doubtful(&self, identity: &Identity) -> bool {
        identity.losses != self.losses.load(Ordering::Relaxed)
    }

    /// A connection was lost: those that were opened before are asked whether they live, each once, before they are lent.
    ///
    /// Says whether this is news.
    pub(super) fn lost(&self, losses: u64) -> bool {
        self.losses.compare_exchange(losses, losses + 1, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    fn is_too_old(&self, idle: &Idle<D::Connection>) -> bool {
        self.options.pool_recycle.is_some_and(|limit| idle.identity.created.elapsed() >= limit)
    }

    /// The idle connection, if it answers; else another one.
    async fn renew(&self, lease: &mut Lease<D>, idle: Option<Idle<D::Connection>>) -> Result<D::Connection> {
        let Some(idle) = idle else { return self.connect(lease).await };
        let too_old = self.is_too_old(&idle);
        let Idle { connection, mut identity, .. } = idle;
        let (number, losses) = (identity.number, identity.losses);
        let answered = if too_old {
            Err(Some(connection))
        } else if connection.is_usable() {
            identity.losses = self.losses.load(Ordering::Relaxed);
            lease.set_identity(identity);
            ping(connection).await
        } else {
            Err(Some(connection))
        };
        match answered {
            Ok(connection) => Ok(connection),
            Err(dead) => {
                let shared = lease.shared().clone();
                lease.forget_identity();
                if !too_old && self.lost(losses) {
                    shared.listeners.tell(number, |l, e| l.invalidate(e));
                }
                match dead {
                    Some(dead) => shared.close(dead, number),
                    None => shared.listeners.tell(number, |l, e| l.close(e)),
                }
                self.connect(lease).await
            }
        }
    }

    async fn connect(&self, lease: &mut Lease<D>) -> Result<D::Connection> {
        let shared = lease.shared().clone();
        let losses = self.losses.load(Ordering::Relaxed);
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
            losses,
            canceller: connection.canceller(),
            texts: shared.texts.local(),
            isolation: SetLevel::Known(None),
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

/// Lets a blocking engine's runtime hear what has happened since the last call: once for its events, once for those who
/// wait for them.
async fn turn() {
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
}

/// The connection, if it answers; else what is left of it.
async fn ping<C: DriverConnection>(connection: C) -> Result<C, Option<C>> {
    let finished = match connection.control(Control::Ping) {
        Operation::Done(connection, result) => Finished { connection: Some(connection), result },
        Operation::Running(ping) => ping.await,
    };
    match finished {
        Finished { connection: Some(alive), result: Ok(_) } => Ok(alive),
        Finished { connection, .. } => Err(connection),
    }
}
