//! Database URLs: `dialect[+driver]://user:password@host:port/database?options`.
//!
//! The grammar is the one of SQLAlchemy's `make_url` (2.0), so that a URL copied from a Python service means the same:
//!
//! - The user, the password and the options are percent-decoded; a `+` is a space in the options only. Host and
//!   database are taken as they are written. An escape that is none stays; bytes that are no UTF-8 become U+FFFD.
//! - The first `@` after the password ends it, so a `@` in a password is written `%40`. `/`, `?` and `#` may stand in a
//!   password as they are. A `#` is nothing special anywhere.
//! - `u:` has an empty password and `u` none; `h/` has an empty database and `h` none. An option without a value is
//!   dropped.
//! - SQLite has no host: `sqlite://` and `sqlite:///:memory:`, `sqlite:///relative.db`, `sqlite:////absolute.db`.
//!
//! It takes one form more, which is libpq's: several hosts, each with its port, `a:5432,b:5433`. SQLAlchemy refuses that.
//!
//! It is stricter where a mistake would go unseen: a port must be a number from 0 to 65535, nothing may follow the `]`
//! of a host in brackets, and a host with a `@` in it is refused, since that is the end of a password.
//!
//! Neither `Display` nor `Debug` shows the password, and no error quotes it.
//! [`render`](DatabaseUrl::render) gives the whole URL.
//!
//! [`Scheme`] tells which driver a URL chooses; [`UrlOptions`] reads the options by type and refuses unknown ones.

mod convert;
mod database_url;
mod edit;
mod names;
mod options;
mod parse;
mod percent;
mod query;
mod render;
mod scheme;
mod words;

pub use database_url::DatabaseUrl;
pub use options::UrlOptions;
pub use query::UrlQuery;
pub use scheme::Scheme;
