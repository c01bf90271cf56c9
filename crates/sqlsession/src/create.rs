use sqlsession_core::{AsyncEngine, DatabaseUrl, EngineOptions, Error, ErrorKind, Result, driver::Face};

use crate::registry;

/// An engine for the URL's dialect, with default options. No I/O.
///
/// # Errors
/// `Configuration` for a URL or option that is wrong, `UnknownDialect` when no driver takes the URL.
///
/// ```
/// let engine = sqlsession::create_engine("sqlite://")?;
/// assert_eq!(engine.dialect().name, "sqlite");
/// # Ok::<_, sqlsession::Error>(())
/// ```
pub fn create_engine<U>(url: U) -> Result<AsyncEngine>
where
    U: TryInto<DatabaseUrl, Error: Into<Error>>,
{
    create_engine_with(url, EngineOptions::default())
}

/// An engine with options.
///
/// # Errors
/// As [`create_engine`], and when an option is out of range or means nothing to the driver. `Configuration` with
/// [`EngineOptions::blocking`]: such an engine would hold up the threads of the runtime.
///
/// ```
/// use sqlsession::{EngineOptions, create_engine_with};
///
/// let engine = create_engine_with("sqlite://", EngineOptions::default().pool_size(2).echo(false))?;
/// assert_eq!(engine.pool_status().size, 2);
/// # Ok::<_, sqlsession::Error>(())
/// ```
pub fn create_engine_with<U>(url: U, options: EngineOptions) -> Result<AsyncEngine>
where
    U: TryInto<DatabaseUrl, Error: Into<Error>>,
{
    let url = url.try_into().map_err(Into::into)?;
    let engine = registry::open(url, options)?;
    if engine.face() == Face::Blocking {
        return Err(Error::new(
            ErrorKind::Configuration,
            "this engine is made for blocking calls: use Database or blocking::create_engine, or leave \
             EngineOptions::blocking() away",
        ));
    }
    Ok(engine.into())
}
