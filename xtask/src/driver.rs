//! The drivers of a backend.

use std::fmt;

use anyhow::{Context, Result};
use sqlsession_conformance::{Backend, FileBackend, ServerBackend};
use sqlsession_mysql::MysqlEngine;
use sqlsession_postgres::{PostgresEngine, core::DatabaseUrl};
use sqlsession_sqlite::SqliteEngine;
use sqlsession_sqlx::{SqlxEngine, sqlx_mysql::MySql, sqlx_postgres::Postgres, sqlx_sqlite::Sqlite};

/// A driver that every backend has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Driver {
    /// The one of the backend's own crate.
    Native,
    /// sqlx.
    Sqlx,
}

impl Driver {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Native, Self::Sqlx];

    /// The driver of that name.
    ///
    /// # Errors
    /// No such name; the message lists those there are.
    pub fn named(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|driver| driver.name() == name);
        found.with_context(|| format!("unknown driver {name:?}: want native or sqlx"))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Sqlx => "sqlx",
        }
    }

    /// The backend of this name by this driver; `None` for one that has no scenarios.
    ///
    /// # Errors
    /// The URL cannot be read.
    pub fn connected(self, backend: &str, url: &str) -> Result<Option<Box<dyn Backend>>> {
        let server = || DatabaseUrl::parse(url);
        Ok(Some(match (backend, self) {
            ("sqlite", Self::Native) => Box::new(FileBackend::sqlite(|url, options| {
                SqliteEngine::with_options(url, options).map(|engine| engine.to_async())
            })),
            ("sqlite", Self::Sqlx) => Box::new(FileBackend::sqlite(|url, options| {
                SqlxEngine::<Sqlite>::with_options(url, options).map(|engine| engine.to_async())
            })),
            ("postgres", Self::Native) => Box::new(ServerBackend::postgres(server()?, |url, options| {
                PostgresEngine::with_options(url, options).map(|engine| engine.to_async())
            })),
            ("postgres", Self::Sqlx) => Box::new(ServerBackend::postgres(server()?, |url, options| {
                SqlxEngine::<Postgres>::with_options(url, options).map(|engine| engine.to_async())
            })),
            ("mysql", Self::Native) => Box::new(ServerBackend::mysql(server()?, |url, options| {
                MysqlEngine::with_options(url, options).map(|engine| engine.to_async())
            })),
            ("mysql", Self::Sqlx) => Box::new(ServerBackend::mysql(server()?, |url, options| {
                SqlxEngine::<MySql>::with_options(url, options).map(|engine| engine.to_async())
            })),
            _ => return Ok(None),
        }))
    }
}

impl fmt::Display for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
