//! Engines and sessions by blocking calls. See [`Database`](crate::Database) for the client on top.

pub use sqlsession_core::blocking::{
    Connection, Engine, OuterTransaction, RowStream, Session, SessionMaker, TypedRows,
};
use sqlsession_core::{DatabaseUrl, EngineOptions, Error, Result};

pub use crate::database::BlockingSessionGenerator as SessionGenerator;
use crate::registry;

/// A blocking engine for the URL's dialect, with default options. No I/O.
///
/// # Errors
/// As [`create_engine`](crate::create_engine).
///
/// ```
/// let engine = sqlsession::blocking::create_engine("sqlite://")?;
/// let mut session = engine.session_maker().session();
/// assert_eq!(session.scalar_one::<i64>("select 6 * 7")?, 42);
/// # Ok::<_, sqlsession::Error>(())
/// ```
pub fn create_engine<U>(url: U) -> Result<Engine>
where
    U: TryInto<DatabaseUrl, Error: Into<Error>>,
{
    create_engine_with(url, EngineOptions::default())
}

/// A blocking engine with options.
///
/// # Errors
/// As [`create_engine_with`](crate::create_engine_with).
pub fn create_engine_with<U>(url: U, options: EngineOptions) -> Result<Engine>
where
    U: TryInto<DatabaseUrl, Error: Into<Error>>,
{
    let url = url.try_into().map_err(Into::into)?;
    Engine::new(registry::open(url, options.blocking())?)
}
