//! A connection: how its operations run, wait and end.

mod attempt;
mod behind_its_end;
mod cancel;
mod control;
mod drive;
mod execute;
mod inner;
mod many;
mod sqlite_connection;
mod state;
mod stream;

pub(crate) use inner::Inner;
pub use sqlite_connection::SqliteConnection;
