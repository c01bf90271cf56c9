//! Sessions: a unit of work that begins by itself, ends when told, and cannot leak.
//!
//! [`DriverSession`] is the one state machine behind sessions and connections; `state` holds its transaction, `lane`
//! its connection or the operation that owns it, `give_back` what happens when a user is done or gone.

mod async_connection;
mod async_func;
mod async_session;
mod bulk;
mod commit_end;
mod connection_impl;
mod driver_session;
mod durable;
mod entities;
mod entity_methods;
mod execute;
mod flush;
mod give_back;
mod info;
mod lane;
mod maker;
mod multi;
mod nested;
mod options;
mod recover;
mod retrospect;
mod retry;
mod run;
mod savepoint;
mod started;
mod state;
mod statements;
mod stream;
mod traits;
mod transaction;
mod unfinished;
mod unit;
mod warnings;

#[doc(hidden)]
pub use crate::unit_of_work::UnitOfWork;
pub use async_connection::AsyncConnection;
pub use async_func::AsyncFunc;
pub use async_session::AsyncSession;
pub use driver_session::DriverSession;
use driver_session::{Keep, LeftStream};
#[doc(hidden)]
pub use entities::KeyedSelect;
pub use info::Info;
pub use maker::{AsyncSessionMaker, SessionMaker};
pub use options::SessionOptions;
pub(crate) use retry::Attempts;
pub use retry::RetryOptions;
pub(crate) use run::check_transactional;
pub use savepoint::Savepoint;
pub use started::{Ongoing, Started};
pub use stream::{RowStream, TypedRows};
pub use traits::{Connection, Session};
