//! Private database servers for tests.
//!
//! [`PostgresServer`], [`PgBouncerServer`] and [`MysqlServer`] are guards: the server has a folder of its own
//! under `/tmp` and a free port on 127.0.0.1, and both are gone when the guard is dropped or the process ends,
//! killed or not. They can be killed and restarted. `cargo xtask servers` leaves such servers running and finds
//! them again by their [`record`]s.
//!
//! - [`Postgres`] says what a server is to be like: TLS, rules, roles, settings.
//!   [`standby`](PostgresServer::standby) starts a hot standby of it.
//! - [`Mysql`] says the same of a MariaDB or a MySQL.
//! - [`postgres_url`] and [`PostgresDatabase`] are for tests that need just any PostgreSQL, [`mysql_url`] and
//!   [`MysqlDatabase`] for those that need any MariaDB or MySQL.
//! - [`Proxy`] counts round trips and breaks connections, [`MysqlCommand`] reads what passed it; [`SilentServer`] never answers.
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
mod mysql;
mod pgbouncer;
pub mod port;
mod postgres;
pub mod process;
mod program;
pub mod programs;
mod proxy;
pub mod record;
mod server;
mod shared;
mod template;
mod watchdog;

pub use certificates::{AUTH_PASSWORD, CERTIFICATE_USER, Certificates, ServerCertificate};
pub use mysql::{
    MARIADB, MYSQL, Mysql, MysqlAuthRole, MysqlDatabase, MysqlProduct, MysqlServer, mysql_client, mysql_url,
};
pub use pgbouncer::{PGBOUNCER, PgBouncer, PgBouncerServer};
pub use postgres::{AuthRole, POSTGRES, Postgres, PostgresDatabase, PostgresServer, postgres_url, psql};
pub use program::ServerProgram;
pub use proxy::{Fault, MysqlCommand, Passed, Proxy, Sender, SilentServer};
pub use server::Server;
