// What it shows is run, and some of it is behind features.
#![cfg_attr(all(feature = "schema", feature = "macros", feature = "sqlite"), doc = include_str!("../README.md"))]
#![cfg_attr(
    not(all(feature = "schema", feature = "macros", feature = "sqlite")),
    doc = "What SQLAlchemy's `Engine`, `sessionmaker` and `Session` are to Python: the guide is shown with all features."
)]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod blocking;
mod create;
pub mod database;
#[cfg(feature = "migrations")]
pub mod migrations;
pub mod registry;
#[cfg(feature = "schema")]
pub mod schema;
pub mod scope;

pub use create::{create_engine, create_engine_with};
pub use database::{AnyDatabase, AsyncDatabase, Database, DatabaseOptions};
#[cfg(feature = "sea-query")]
pub use sqlsession_core::sea_query;
pub use sqlsession_core::{
    AsyncConnection, AsyncEngine, AsyncSession, AsyncSessionMaker, BeginMode, Changes, Connection,
    DatabaseUrl, Embedded, Engine, EngineOptions, Entity, Error, ErrorKind, FromRow, IntoRow, IsolationLevel,
    OuterTransaction, PoolStatus, Result, ResultSet, RetryOptions, Row, Savepoint, Session, SessionMaker,
    SessionOptions, Statement, TableName, Value, ValueRef, Warning, WarningLevel, bulk, driver, engine,
    entity, error, events, outer, pool, result, row, session, statement, text, url, value,
};
#[cfg(all(feature = "macros", feature = "migrations"))]
pub use sqlsession_macros::embed_migrations;
#[cfg(feature = "macros")]
pub use sqlsession_macros::{Embedded, Entity, Enumerated, FromRow};
#[cfg(feature = "mysql")]
pub use sqlsession_mysql as mysql;
#[cfg(feature = "postgres")]
pub use sqlsession_postgres as postgres;
#[cfg(any(feature = "sqlite", feature = "sqlite-system"))]
pub use sqlsession_sqlite as sqlite;
#[cfg(any(feature = "tracing", feature = "metrics"))]
pub use sqlsession_telemetry as telemetry;
