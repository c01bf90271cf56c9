//! tokio-postgres as its documentation recommends: prepared statements, its own transaction type, COPY; and
//! deadpool-postgres over it.

mod joined;
mod raw;
mod rows;

pub use joined::Joined;
pub use raw::TokioPostgres;
pub use rows::user;
