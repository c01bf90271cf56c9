//! Private database servers for tests.
//!
//! [`PostgresServer`] and [`MariadbServer`] are guards: the server has a folder of its own under `/tmp` and a
//! free port on 127.0.0.1, and both are gone when the guard is dropped. They can be killed and restarted.
//! `cargo xtask servers` leaves such servers running and finds them again by their [`record`]s.
//!
//! ```no_run
//! let mut server = sqlsession_test_servers::PostgresServer::start()?;
//! println!("{}", server.url());
//! server.kill()?;
//! server.restart()?;
//! # anyhow::Ok(())
//! ```

pub mod account;
mod certificates;
pub mod home;
pub mod log;
mod mariadb;
mod pgbouncer;
pub mod port;
mod postgres;
pub mod process;
mod program;
pub mod programs;
mod proxy;
pub mod record;
mod server;
mod watchdog;

pub use certificates::{CERTIFICATE_USER, Certificates, ServerCertificate};
pub use mariadb::{MARIADB, Mariadb, MariadbServer};
pub use pgbouncer::{PGBOUNCER, PgBouncer, PgBouncerServer};
pub use postgres::{
    AUTH_PASSWORD, AuthRole, POSTGRES, Postgres, PostgresDatabase, PostgresServer, postgres_url, psql,
};
pub use program::ServerProgram;
pub use proxy::{Fault, Proxy, SilentServer};
pub use server::Server;
