//! What SQLite has of its own in sqlx.

mod backend;
mod error;
mod kill;
mod memory;
mod options;
mod rows;
mod settings;
mod statements;
