use std::sync::Arc;

use super::{engine::JoinedEngine, hold::Outer};
use crate::{
    AsyncEngine, AsyncSession, Engine, Error, ErrorKind, Result, SessionOptions, driver::IsolationLevel,
};

/// A transaction that sessions work inside of, to be rolled back at its end: see the [module](crate::outer).
///
/// Dropped, it is rolled back too.
///
/// ```
/// use sqlsession_core::{AsyncEngine, OuterTransaction, Result};
///
/// async fn test(engine: &AsyncEngine) -> Result<()> {
///     let outer = OuterTransaction::begin(engine).await?;
///     let maker = outer.engine().session_maker();
///     maker.begin(async |session| session.execute("insert into users(name) values ('Ada')").await).await?;
///     let names: Vec<String> = maker.session().scalars("select name from users").await?;
///     assert_eq!(names, ["Ada"], "committed, as far as the sessions inside can see");
///     outer.rollback().await
/// }
/// # let _ = test;
/// ```
#[derive(Debug)]
pub struct OuterTransaction {
    outer: Outer,
}

impl OuterTransaction {
    /// Begins a transaction on a connection of the engine.
    ///
    /// # Errors
    /// Why no connection could be had; `Configuration` for an engine in AUTOCOMMIT.
    ///
    /// Cancel safe: dropped, there is no transaction.
    pub async fn begin(engine: &AsyncEngine) -> Result<Self> {
        Self::begin_on(engine.inner().clone()).await
    }

    pub(crate) async fn begin_on(engine: Arc<dyn Engine>) -> Result<Self> {
        // Each session inside says itself whether it flushes before a query.
        let mut session = engine.session(SessionOptions::default().autoflush(false));
        if session.isolation_level() == Some(IsolationLevel::Autocommit) {
            return Err(Error::new(
                ErrorKind::Configuration,
                "an outer transaction needs a transaction: this engine is in AUTOCOMMIT",
            ));
        }
        session.begin().await?;
        let mut session = session.into_inner();
        // It is open on the server before anybody works inside of it.
        session.raw().await?;
        Ok(Self { outer: Outer::new(engine, session) })
    }

    /// The engine whose sessions and connections work inside of it. It says how to connect, and what the pool does, as the
    /// engine does that it was begun on.
    #[must_use]
    pub fn engine(&self) -> AsyncEngine {
        self.inner_engine().into()
    }

    pub(crate) fn inner_engine(&self) -> Arc<dyn Engine> {
        let options = self.outer.engine().session_options().clone();
        Arc::new(JoinedEngine { outer: self.outer.clone(), options })
    }

    /// Undoes all that was done inside of it. What its sessions do afterwards is `InvalidState`.
    ///
    /// # Errors
    /// `InvalidState` when a session is in a transaction: it is rolled back with that one. The server's, as of any rollback.
    pub async fn rollback(self) -> Result<()> {
        match self.outer.end() {
            Some(session) => AsyncSession::from(session).rollback().await,
            None => Err(Error::new(
                ErrorKind::InvalidState,
                "a session is still in a transaction inside of this outer transaction: it is rolled back with it",
            )),
        }
    }
}

impl Drop for OuterTransaction {
    fn drop(&mut self) {
        drop(self.outer.end());
    }
}
