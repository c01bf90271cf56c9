#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod bind;
mod columns;
mod connection;
mod driver;
mod engine;
mod error;
mod guard;
mod memory;
mod open;
mod optimize;
mod options;
mod place;
mod rows;
mod shared;
mod turn;
mod wait;

pub use connection::SqliteConnection;
pub use driver::SqliteDriver;
pub use engine::SqliteEngine;
pub use options::{CacheMode, JournalMode, OpenMode, SqliteOptions, Synchronous, TempStore};
// A program that only ever uses SQLite needs no other crate.
pub use sqlsession_core as core;
pub use sqlsession_core::{
    AsyncSession, EngineOptions, Error, ErrorKind, FromRow, Result, ResultSet, Row, SessionOptions, text,
};
