use std::fmt::Debug;

use sqlsession_core::{AsyncConnection, AsyncEngine, DatabaseUrl, EngineOptions, Result, driver::BoxFuture};

/// What makes a backend's engines.
pub(crate) type MakeEngine = dyn Fn(DatabaseUrl, EngineOptions) -> Result<AsyncEngine> + Send + Sync;

/// A database system, by way of one driver, that the cases run on.
pub trait Backend: Debug + Send + Sync {
    /// The name whose recordings hold for it: `sqlite`, `mysql` or `postgres`.
    fn name(&self) -> &str;

    /// An engine. No I/O.
    ///
    /// # Errors
    /// What the driver says of the URL and the options.
    fn engine(&self, url: DatabaseUrl, options: EngineOptions) -> Result<AsyncEngine>;

    /// Makes an empty database, which a scenario has for its own.
    ///
    /// # Errors
    /// Why there is none.
    fn create_database(&self) -> BoxFuture<'_, Result<Box<dyn Database>>>;

    /// Who makes the server, where the recordings are of one product and others differ: decisions can speak of it.
    ///
    /// # Errors
    /// The server cannot be asked.
    fn product(&self) -> BoxFuture<'_, Result<Option<String>>> {
        Box::pin(async { Ok(None) })
    }

    /// The driver's name, as its dialect has it: decisions can speak of it.
    fn driver(&self) -> Option<&'static str> {
        None
    }

    /// How many scenarios may run at the same time, each on a database of its own. One unless a backend says otherwise.
    fn at_once(&self) -> usize {
        1
    }
}

/// The database of one scenario.
pub trait Database: Debug + Send + Sync {
    /// Where it is.
    fn url(&self) -> DatabaseUrl;

    /// What stands for `{name}` in a scenario's URL: `db`, `scratch`, `n`, `notadb`, `user`, `password`, `host`, `port`.
    fn place(&self, name: &str) -> Option<String>;

    /// Ends every connection to it but `outside`, the runner's own, which is in autocommit; waits until they are gone,
    /// and says how many there were. `None` where connections cannot be ended.
    ///
    /// # Errors
    /// What the server says, or that they are not gone.
    fn kill_all<'a>(&'a self, outside: &'a mut AsyncConnection) -> BoxFuture<'a, Result<Option<u64>>>;

    /// Removes it with everything that was made for it.
    ///
    /// # Errors
    /// Why it could not be removed.
    fn remove(self: Box<Self>) -> BoxFuture<'static, Result<()>>;
}
