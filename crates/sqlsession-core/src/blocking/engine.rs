use std::{ops::Deref, sync::Arc, time::Duration};

use super::{Connection, SessionMaker};
use crate::{
    AsyncSessionMaker, Error, ErrorKind, Result, SessionOptions, driver::Face, engine::Engine as AnyEngine,
};

/// Any engine, by blocking calls. Cheap to clone; clones share the pool.
#[derive(Debug, Clone)]
pub struct Engine(Arc<dyn AnyEngine>);

impl Engine {
    /// The blocking face of an engine made for it.
    ///
    /// # Errors
    /// `Configuration` when the engine was made for `await`.
    pub fn new(engine: Arc<dyn AnyEngine>) -> Result<Self> {
        if engine.face() != Face::Blocking {
            return Err(Error::new(
                ErrorKind::Configuration,
                "this engine was made for await: make it with EngineOptions::blocking()",
            ));
        }
        Ok(Self(engine))
    }

    /// An engine over one that is for blocking calls.
    pub(super) fn over(engine: Arc<dyn AnyEngine>) -> Self {
        Self(engine)
    }

    /// A connection out of the pool.
    ///
    /// # Errors
    /// `PoolTimeout`, or why no connection could be made; `InvalidState` inside an async task.
    pub fn connect(&self) -> Result<Connection> {
        self.connect_with(SessionOptions::default())
    }

    /// A connection with options of its own.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub fn connect_with(&self, options: SessionOptions) -> Result<Connection> {
        let executor = self.0.executor();
        Ok(Connection::new(executor.block_on(self.0.connect(options))??, executor))
    }

    /// Runs a unit of work on a connection: committed on `Ok`, rolled back on `Err` and on panic.
    ///
    /// # Errors
    /// The closure's, or that of the pool or the commit.
    pub fn begin<T, E: From<Error>>(
        &self,
        unit: impl FnOnce(&mut Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.connect()?;
        connection.begin()?;
        let value = unit(&mut connection)?;
        connection.commit()?;
        Ok(value)
    }

    /// Opens connections until as many are idle as the option `min_idle` says.
    ///
    /// # Errors
    /// Why a connection could not be made; `InvalidState` inside an async task.
    pub fn warm_up(&self) -> Result<()> {
        self.0.executor().block_on(self.0.warm_up())?
    }

    /// Ends the engine: it lends nothing any more, those who wait for a connection get `PoolClosed`, what is idle is
    /// closed at once, and what is out when it comes back, for which this waits.
    ///
    /// # Errors
    /// `PoolTimeout` when connections are still out after `limit`. The engine is closed all the same. `InvalidState`
    /// inside an async task.
    pub fn close(&self, limit: Duration) -> Result<()> {
        self.0.executor().block_on(self.0.close(limit))?
    }

    /// A maker of this engine's sessions.
    #[must_use]
    pub fn session_maker(&self) -> SessionMaker {
        self.session_maker_with(SessionOptions::default())
    }

    /// A maker of this engine's sessions, with options.
    #[must_use]
    pub fn session_maker_with(&self, options: SessionOptions) -> SessionMaker {
        SessionMaker::new(AsyncSessionMaker::new(self.0.clone(), options))
    }

    /// The engine behind it.
    #[must_use]
    pub fn inner(&self) -> &Arc<dyn AnyEngine> {
        &self.0
    }
}

impl Deref for Engine {
    type Target = dyn AnyEngine;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}
