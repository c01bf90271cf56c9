use super::Engine;
use crate::{OuterTransaction as AsyncOuterTransaction, Result};

/// [`OuterTransaction`](crate::OuterTransaction) by blocking calls.
///
/// ```
/// use sqlsession_core::{Result, blocking::{Engine, OuterTransaction}};
///
/// fn test(engine: &Engine) -> Result<()> {
///     let outer = OuterTransaction::begin(engine)?;
///     let maker = outer.engine().session_maker();
///     maker.begin(|session| session.execute("insert into users(name) values ('Ada')"))?;
///     outer.rollback()
/// }
/// # let _ = test;
/// ```
#[derive(Debug)]
pub struct OuterTransaction {
    inner: AsyncOuterTransaction,
    engine: Engine,
}

impl OuterTransaction {
    /// Begins a transaction on a connection of the engine.
    ///
    /// # Errors
    /// Why no connection could be had; `Configuration` for an engine in AUTOCOMMIT; `InvalidState` inside an async task.
    pub fn begin(engine: &Engine) -> Result<Self> {
        let inner = engine.executor().block_on(AsyncOuterTransaction::begin_on(engine.inner().clone()))??;
        Ok(Self { inner, engine: engine.clone() })
    }

    /// The engine whose sessions and connections work inside of it.
    #[must_use]
    pub fn engine(&self) -> Engine {
        Engine::over(self.inner.inner_engine())
    }

    /// Undoes all that was done inside of it. What its sessions do afterwards is `InvalidState`.
    ///
    /// # Errors
    /// `InvalidState` when a session is in a transaction: it is rolled back with that one. The server's, as of any rollback.
    pub fn rollback(self) -> Result<()> {
        self.engine.executor().block_on(self.inner.rollback())?
    }
}
