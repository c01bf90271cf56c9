use super::{Scheme, UrlOptions, UrlQuery};
use crate::Result;

/// Where a database is and how to get in: the parts of `dialect[+driver]://user:password@host:port/database?options`.
///
/// Made by [`parse`](Self::parse) or part by part with [`new`](Self::new) and the `with_…` methods. The
/// [module](crate::url) describes the grammar. `Display` and `Debug` show `***` for the password.
///
/// Two URLs are equal when their parts are. A port left out is not the port that is the server's default, and the order
/// of two options with different names does not matter.
///
/// ```
/// use sqlsession_core::DatabaseUrl;
///
/// let url = DatabaseUrl::parse("postgresql+asyncpg://app:p%40ss@db.local:5432/shop?sslmode=require")?;
/// assert_eq!(url.dialect_name(), "postgresql");
/// assert_eq!(url.password(), Some("p@ss"));
/// assert_eq!(url.query_value("sslmode"), Some("require"));
/// assert_eq!(url.to_string(), "postgresql+asyncpg://app:***@db.local:5432/shop?sslmode=require");
/// # Ok::<(), sqlsession_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DatabaseUrl {
    pub(super) drivername: String,
    pub(super) username: Option<String>,
    pub(super) password: Option<String>,
    pub(super) host: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) database: Option<String>,
    pub(super) query: UrlQuery,
}

impl DatabaseUrl {
    /// What stands before `://`, such as `postgresql` or `mysql+aiomysql`.
    #[must_use]
    pub fn drivername(&self) -> &str {
        &self.drivername
    }

    /// The part of the [`drivername`](Self::drivername) before the `+`, as it is written. [`Scheme`] has the canonical
    /// name, which is `postgresql` for `postgres`.
    #[must_use]
    pub fn dialect_name(&self) -> &str {
        self.drivername.split_once('+').map_or(&self.drivername, |(dialect, _)| dialect)
    }

    /// The part of the [`drivername`](Self::drivername) after the `+`, as it is written.
    #[must_use]
    pub fn driver_name(&self) -> Option<&str> {
        self.drivername.split_once('+').map(|(_, driver)| driver)
    }

    /// The dialect and the driver this URL chooses among those of this project.
    ///
    /// # Errors
    ///
    /// [`UnknownDialect`](crate::ErrorKind::UnknownDialect), see [`Scheme::resolve`].
    pub fn scheme(&self) -> Result<Scheme> {
        Scheme::resolve(&self.drivername)
    }

    /// The user, decoded. `Some("")` where there is a `@` with nothing before it, or a password without a user.
    #[must_use]
    pub fn username(&self) -> Option<&str> {
        self.username.as_deref()
    }

    /// The password, decoded. `Some("")` where there is a `:` with nothing after it.
    #[must_use]
    pub fn password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    /// The host as it is written, an IPv6 address without its brackets. Never empty.
    ///
    /// Several hosts, as in `a:5432,[::1]:5433`, are a list: all of it as it is written, but for the port behind the last
    /// one, which is the [`port`](Self::port). Whether there may be several is for the driver to say.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The database as it is written: what stands between the `/` and the `?`. Not decoded.
    #[must_use]
    pub fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    /// The options, decoded.
    #[must_use]
    pub fn query(&self) -> &UrlQuery {
        &self.query
    }

    /// The first value of this option.
    #[must_use]
    pub fn query_value(&self, key: &str) -> Option<&str> {
        self.query.get(key)
    }

    /// Every value of this option in the order they were given; empty if there is none.
    #[must_use]
    pub fn query_values(&self, key: &str) -> &[String] {
        self.query.get_all(key)
    }

    /// The options, to be read by type; see [`UrlOptions`].
    pub fn options(&self) -> UrlOptions {
        UrlOptions::new(&self.query)
    }
}
