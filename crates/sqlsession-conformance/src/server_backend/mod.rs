//! Backends whose databases are on a server.

mod backend;
mod database;
mod dialect;

pub use backend::ServerBackend;
