//! MariaDB.

mod client;
mod program;
mod server;
mod shared;

pub use client::mariadb;
pub use program::{MARIADB, Mariadb};
pub use server::MariadbServer;
pub use shared::{MysqlDatabase, mysql_url};
