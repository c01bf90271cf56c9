#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod client;
mod connect;
mod connection;
mod driver;
mod engine;
mod error;
mod options;
#[cfg(test)]
mod round_trip;
mod rows;
mod tls;
mod wire;

use sqlsession_postgres_types as types;

pub use client::{CopyIn, CopyOut, Notification, Notifications, PostgresClient};
pub use connection::PostgresConnection;
pub use driver::PostgresDriver;
pub use engine::PostgresEngine;
pub use options::{
    AuthMethod, ChannelBinding, Host, LoadBalanceHosts, PostgresOptions, SslMode, SslNegotiation,
    TargetSessionAttrs,
};
// A program that only ever uses PostgreSQL needs no other crate.
pub use sqlsession_core as core;
pub use sqlsession_core::{
    AsyncSession, EngineOptions, Error, ErrorKind, FromRow, Result, ResultSet, Row, SessionOptions, text,
};
// What the raw client's own methods speak in.
pub use tokio_postgres;
