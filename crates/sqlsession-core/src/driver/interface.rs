use std::fmt::Debug;

use super::{BoxFuture, Dialect, DriverConnection};
use crate::{DatabaseUrl, EngineOptions, Result, runtime::Executor};

/// One backend: it knows where to connect and makes connections.
///
/// Making a driver does no I/O.
pub trait Driver: Debug + Send + Sync + 'static {
    /// A connection of this driver.
    type Connection: DriverConnection;

    /// What core has to know about the driver's SQL.
    fn dialect(&self) -> &Dialect;

    /// Opens a connection, ready for its first statement.
    ///
    /// Cancel safe: dropped, it leaves nothing behind.
    fn connect(&self) -> BoxFuture<'_, Result<Self::Connection>>;

    /// The engine is disposed of: anything the driver holds for all connections goes. They are closed once they are idle, and
    /// what is opened from now on has nothing to do with them. The engine must not be asked for anything here.
    fn disposed(&self) {}
}

/// A driver that its URL says everything about, so that an engine can be made of one.
pub trait UrlDriver: Driver + Sized {
    /// Reads the URL. No I/O.
    ///
    /// What it says about sessions goes into `options` where they say nothing. The executor is what a blocking engine
    /// polls with: [`Executor::runtime`] where the driver's connections need a runtime.
    ///
    /// # Errors
    /// `Configuration` when the URL or one of its options is wrong.
    fn from_url(url: &DatabaseUrl, options: &mut EngineOptions) -> Result<(Self, Executor)>;
}

/// Whether an engine is used by `await` or by blocking calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Face {
    /// Futures are polled by an async runtime, whose threads must not be held up.
    Async,
    /// Each call blocks the caller's thread until it is done.
    Blocking,
}
