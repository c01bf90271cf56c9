use std::sync::Arc;

use tokio::runtime::Handle;

use super::EngineOptions;
use crate::{
    DatabaseUrl, Error, ErrorKind, Result,
    driver::{BoxFuture, Driver, DriverConnection, Face},
    events::{Listeners, Observed},
    pool::{CloseReason, Idle, Pool},
    runtime::Executor,
    session::SessionOptions,
    statement::{Lexicon, SharedTexts},
    unit_of_work::{EntityTexts, UsualSizes},
};

/// What an engine's sessions share.
#[derive(Debug)]
pub(crate) struct Shared<D: Driver> {
    pub(crate) url: DatabaseUrl,
    pub(crate) driver: D,
    pub(crate) pool: Pool<D>,
    pub(crate) session_defaults: SessionOptions,
    pub(crate) texts: Arc<SharedTexts>,
    pub(crate) entity_texts: EntityTexts,
    pub(crate) insert_sizes: UsualSizes,
    pub(crate) listeners: Listeners,
    pub(crate) face: Face,
    pub(crate) executor: Executor,
}

impl<D: Driver> Shared<D> {
    pub(crate) fn new(
        url: DatabaseUrl,
        driver: D,
        executor: Executor,
        mut options: EngineOptions,
    ) -> Result<Arc<Self>> {
        if let Some(level) = options.session.isolation_level {
            check_level(&driver, level)?;
        }
        let observed = Observed { url: &url, dialect: driver.dialect(), pool: &options.pool };
        options.events.extend(options.observers.iter().map(|observer| observer.watch(&observed)));
        Ok(Arc::new(Self {
            url,
            pool: Pool::new(options.pool)?,
            session_defaults: options.session,
            texts: SharedTexts::new(Lexicon::of(driver.dialect()), options.query_cache_size),
            entity_texts: EntityTexts::default(),
            insert_sizes: UsualSizes::default(),
            listeners: Listeners::new(options.events),
            face: options.face,
            executor,
            driver,
        }))
    }

    /// Closes a connection off the user's path; `None` is one that is gone already.
    pub(crate) fn close(&self, connection: Option<D::Connection>, number: u64, reason: CloseReason) {
        self.tell_close(number, reason);
        let Some(connection) = connection else { return };
        let closing = if reason.leaves_doubt() { connection.discard() } else { connection.close() };
        match self.face {
            Face::Async => {
                // Without a runtime the future is dropped, and the connection with it.
                if let Ok(runtime) = Handle::try_current() {
                    let leaving = self.pool.leave();
                    drop(runtime.spawn(async {
                        closing.await;
                        drop(leaving);
                    }));
                }
            }
            Face::Blocking => self.executor.finish(closing),
        }
    }

    fn tell_close(&self, number: u64, reason: CloseReason) {
        self.pool.count().closed(reason);
        self.listeners.tell_close(number, reason);
    }

    /// As [`close_all`](Self::close_all), where somebody waits: what is left to be polled, by a blocking engine.
    pub(crate) fn close_all_awaited(
        &self,
        idle: Vec<Idle<D::Connection>>,
        reason: CloseReason,
    ) -> Vec<BoxFuture<'static, ()>> {
        if self.face == Face::Async {
            self.close_all(idle, reason);
            return Vec::new();
        }
        let closing = |Idle { connection, identity, .. }: Idle<D::Connection>| {
            self.tell_close(identity.number, reason);
            connection.close()
        };
        idle.into_iter().map(closing).collect()
    }

    pub(crate) fn close_all(&self, idle: impl IntoIterator<Item = Idle<D::Connection>>, reason: CloseReason) {
        for Idle { connection, identity, .. } in idle {
            self.close(Some(connection), identity.number, reason);
        }
    }
}

pub(crate) fn check_level<D: Driver>(driver: &D, level: crate::driver::IsolationLevel) -> Result<()> {
    let known = driver.dialect().isolation_levels;
    if known.contains(&level) {
        return Ok(());
    }
    let known: Vec<_> = known.iter().map(|level| level.as_str()).collect();
    Err(Error::new(
        ErrorKind::Configuration,
        format!("{} has no isolation level {level}: it knows {}", driver.dialect().name, known.join(", ")),
    ))
}
