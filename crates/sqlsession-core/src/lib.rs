#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod blocking;
pub mod bulk;
pub mod driver;
pub mod engine;
pub mod entity;
pub mod error;
pub mod events;
pub mod outer;
pub mod pool;
pub mod result;
pub mod row;
pub mod runtime;
pub mod session;
pub mod statement;
mod unit_of_work;
pub mod url;
pub mod value;

pub use bulk::{IntoRow, TableName};
pub use driver::{BeginMode, IsolationLevel};
pub use engine::{AsyncEngine, Engine, EngineOptions};
pub use entity::{Embedded, Entity};
pub use error::{Error, ErrorKind, Result};
pub use outer::OuterTransaction;
pub use pool::PoolStatus;
pub use result::{ResultSet, Warning, WarningLevel};
pub use row::{FromRow, Row};
pub use session::{
    AsyncConnection, AsyncSession, AsyncSessionMaker, Connection, RetryOptions, Savepoint, Session,
    SessionMaker, SessionOptions,
};
pub use statement::{Statement, text};
pub use unit_of_work::Changes;
pub use url::DatabaseUrl;
pub use value::{Value, ValueRef};

#[cfg(feature = "sea-query")]
pub use ::sea_query;
