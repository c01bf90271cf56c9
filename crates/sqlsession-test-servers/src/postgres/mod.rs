//! PostgreSQL.

mod auth_roles;
mod configuration;
mod program;
mod psql;
mod server;
mod shared;
mod standby;
mod template;

pub use auth_roles::AuthRole;
pub use program::{POSTGRES, Postgres};
pub use psql::psql;
pub use server::PostgresServer;
pub use shared::{PostgresDatabase, postgres_url};
