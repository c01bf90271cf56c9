//! Which driver takes which URL.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use sqlsession_core::{DatabaseUrl, Engine, EngineOptions, Error, ErrorKind, Result, url::Scheme};
#[cfg(any(feature = "sqlx-sqlite", feature = "sqlx-postgres", feature = "sqlx-mysql"))]
use sqlsession_sqlx::SqlxEngine;

/// Makes an engine for a URL. No I/O.
pub type EngineFactory = fn(DatabaseUrl, EngineOptions) -> Result<Arc<dyn Engine>>;

static REGISTERED: RwLock<BTreeMap<String, EngineFactory>> = RwLock::new(BTreeMap::new());

/// Lets URLs of this scheme (`duckdb`, or `sqlite+mine` for one driver) be opened by a third party's driver.
///
/// A registered scheme comes before a built-in one. One that is registered without `+driver` takes URLs with any driver.
///
/// # Errors
/// `Configuration` when the scheme is registered already, and when no URL can begin with it: a dialect is letters, digits
/// and `_`.
pub fn register(scheme: impl Into<String>, factory: EngineFactory) -> Result<()> {
    let scheme = scheme.into();
    let wrong = |message: String| Err(Error::new(ErrorKind::Configuration, message));
    if !DatabaseUrl::parse(&format!("{scheme}://")).is_ok_and(|url| url.drivername() == scheme) {
        return wrong(format!(
            "no URL can begin with {scheme:?}: a scheme is dialect[+driver], of letters, digits and `_`; a `-` may stand in \
             the driver's name only"
        ));
    }
    let mut registered = REGISTERED.write().unwrap_or_else(PoisonError::into_inner);
    if registered.contains_key(&scheme) {
        return wrong(format!("the scheme {scheme:?} is registered already"));
    }
    registered.insert(scheme, factory);
    Ok(())
}

fn registered(url: &DatabaseUrl) -> Option<EngineFactory> {
    let registered = REGISTERED.read().unwrap_or_else(PoisonError::into_inner);
    registered.get(url.drivername()).or_else(|| registered.get(url.dialect_name())).copied()
}

/// An engine for this URL.
pub(crate) fn open(url: DatabaseUrl, options: EngineOptions) -> Result<Arc<dyn Engine>> {
    if let Some(factory) = registered(&url) {
        return factory(url, options);
    }
    let Some(scheme) = Scheme::lookup(url.drivername()) else {
        let registered = REGISTERED.read().unwrap_or_else(PoisonError::into_inner);
        let more: Vec<&str> = registered.keys().map(String::as_str).collect();
        return Err(Scheme::unknown(url.drivername(), &more));
    };
    match (scheme.dialect, scheme.driver) {
        #[cfg(any(feature = "sqlite", feature = "sqlite-system"))]
        ("sqlite", "rusqlite") => Ok(sqlsession_sqlite::SqliteEngine::with_options(url, options)?.into()),
        #[cfg(feature = "postgres")]
        ("postgresql", "tokio-postgres") => {
            Ok(sqlsession_postgres::PostgresEngine::with_options(url, options)?.into())
        }
        #[cfg(feature = "mysql")]
        ("mysql", "mysql_async") => Ok(sqlsession_mysql::MysqlEngine::with_options(url, options)?.into()),
        #[cfg(feature = "sqlx-sqlite")]
        ("sqlite", "sqlx") => {
            Ok(SqlxEngine::<sqlsession_sqlx::sqlx_sqlite::Sqlite>::with_options(url, options)?.into())
        }
        #[cfg(feature = "sqlx-postgres")]
        ("postgresql", "sqlx") => {
            Ok(SqlxEngine::<sqlsession_sqlx::sqlx_postgres::Postgres>::with_options(url, options)?.into())
        }
        #[cfg(feature = "sqlx-mysql")]
        ("mysql", "sqlx") => {
            Ok(SqlxEngine::<sqlsession_sqlx::sqlx_mysql::MySql>::with_options(url, options)?.into())
        }
        (dialect, driver) => {
            let _ = options;
            Err(not_built(dialect, driver))
        }
    }
}

/// The drivers of this crate: their names, their dialects, the feature that brings each, and whether it is there.
const DRIVERS: [(&str, &str, &str, bool); 6] = [
    ("rusqlite", "sqlite", "sqlite", cfg!(any(feature = "sqlite", feature = "sqlite-system"))),
    ("tokio-postgres", "postgresql", "postgres", cfg!(feature = "postgres")),
    ("mysql_async", "mysql", "mysql", cfg!(feature = "mysql")),
    ("sqlx", "sqlite", "sqlx-sqlite", cfg!(feature = "sqlx-sqlite")),
    ("sqlx", "postgresql", "sqlx-postgres", cfg!(feature = "sqlx-postgres")),
    ("sqlx", "mysql", "sqlx-mysql", cfg!(feature = "sqlx-mysql")),
];

/// The error for a driver whose feature is off.
fn not_built(dialect: &str, driver: &str) -> Error {
    let wanted = DRIVERS.iter().find(|(name, of, ..)| (*name, *of) == (driver, dialect));
    let feature = wanted.map_or(dialect, |(_, _, feature, _)| feature);
    let built: Vec<_> =
        DRIVERS.iter().filter(|known| known.3).map(|(name, of, ..)| format!("{name} for {of}")).collect();
    let built = if built.is_empty() { "none".to_owned() } else { built.join(", ") };
    Error::new(
        ErrorKind::UnknownDialect,
        format!(
            "this build has no driver {driver} for {dialect}: add `features = [\"{feature}\"]` to sqlsession in Cargo.toml, or \
             register a driver; this build has: {built}"
        ),
    )
}
