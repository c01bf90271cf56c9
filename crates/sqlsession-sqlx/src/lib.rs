#![doc = include_str!("../README.md")]
#![cfg_attr(
    not(any(feature = "sqlite", feature = "sqlite-system", feature = "postgres", feature = "mysql")),
    allow(dead_code, reason = "without a database there is nobody to use it")
)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod backend;
mod connection;
mod driver;
mod engine;
mod error;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
mod source;
#[cfg(any(feature = "sqlite", feature = "sqlite-system"))]
mod sqlite;
mod surroundings;

pub use connection::SqlxConnection;
pub use driver::SqlxDriver;
pub use engine::SqlxEngine;
// A program that needs nothing else needs no other crate.
pub use sqlsession_core as core;
pub use sqlsession_core::{
    AsyncSession, EngineOptions, Error, ErrorKind, FromRow, Result, ResultSet, Row, SessionOptions, text,
};
// What pools and raw clients are of.
pub use sqlx_core;
#[cfg(feature = "mysql")]
pub use sqlx_mysql;
#[cfg(feature = "postgres")]
pub use sqlx_postgres;
#[cfg(any(feature = "sqlite", feature = "sqlite-system"))]
pub use sqlx_sqlite;

/// A database of sqlx's that sessions can be had on: `Sqlite`, `Postgres` or `MySql`, each behind its feature.
pub trait SqlxDatabase: backend::Backend {}

impl<DB: backend::Backend> SqlxDatabase for DB {}
