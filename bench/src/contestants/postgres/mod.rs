//! The crate `postgres`, the blocking face of tokio-postgres: prepared statements, its own transaction type.

mod works;

pub use works::Postgres;
