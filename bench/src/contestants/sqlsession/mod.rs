//! sqlsession: its session, its connection, its entities; by its own drivers and by sqlx's.

mod blocking;
mod by_await;
mod variants;
mod way;

pub use blocking::Blocking;
pub use by_await::Sqlsession;
pub use variants::{CommitWithUpdate, InSession};
pub use way::{Native, OverSqlx};
