//! Where the database is, and what core has to know about its SQL.

use std::path::PathBuf;

use sqlsession_core::{
    DatabaseUrl, EngineOptions, Error, ErrorKind, Result,
    driver::{BoxFuture, Dialect, Driver, IsolationLevel, PlaceholderStyle, UrlDriver},
    runtime::Executor,
};

use crate::{connection::PlainConnection, statements::from_sqlite};

// ANCHOR: dialect
static DIALECT: Dialect = Dialect::new(
    "sqlite",
    "plain",
    PlaceholderStyle::NumberedQuestion,
    &[IsolationLevel::Serializable, IsolationLevel::Autocommit],
);
// ANCHOR_END: dialect

// ANCHOR: driver
#[derive(Debug)]
pub(crate) struct PlainDriver {
    file: PathBuf,
}

impl UrlDriver for PlainDriver {
    fn from_url(url: &DatabaseUrl, _options: &mut EngineOptions) -> Result<(Self, Executor)> {
        let Some(file) = url.database().filter(|file| !file.is_empty()) else {
            return Err(Error::new(ErrorKind::Configuration, "plain:///FILE names the file of the database"));
        };
        if url.host().or(url.username()).is_some() {
            return Err(Error::new(ErrorKind::Configuration, "a file has no host and no user"));
        }
        url.options().finish(&[])?;
        // A blocking engine polls on the caller's thread: nothing of this driver needs a runtime.
        Ok((Self { file: file.into() }, Executor::Caller))
    }
}

impl Driver for PlainDriver {
    type Connection = PlainConnection;

    fn dialect(&self) -> &Dialect {
        &DIALECT
    }

    fn connect(&self) -> BoxFuture<'_, Result<PlainConnection>> {
        Box::pin(async {
            let sqlite = rusqlite::Connection::open(&self.file).map_err(from_sqlite)?;
            Ok(PlainConnection(Box::new(sqlite)))
        })
    }
}
// ANCHOR_END: driver
