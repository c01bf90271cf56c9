#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod connect;
mod connection;
mod driver;
mod engine;
mod error;
mod first_word;
mod options;
mod rows;
mod types;

pub use connection::MysqlConnection;
pub use driver::MysqlDriver;
pub use engine::MysqlEngine;
pub use options::{MysqlOptions, SslMode};
// What the raw client, a `mysql_async::Conn`, speaks in.
pub use mysql_async;
// A program that only ever uses MySQL needs no other crate.
pub use sqlsession_core as core;
pub use sqlsession_core::{
    AsyncSession, EngineOptions, Error, ErrorKind, FromRow, Result, ResultSet, Row, SessionOptions, text,
};
