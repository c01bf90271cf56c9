//! What PostgreSQL has of its own in sqlx.

mod backend;
mod cancel;
mod encryption;
mod error;
mod options;
mod parameters;
mod passfile;
mod rows;
mod settings;
mod types;
mod variant;
