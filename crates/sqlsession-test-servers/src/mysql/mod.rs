//! MariaDB and MySQL.

mod auth_roles;
mod client;
mod configuration;
mod database;
mod product;
mod program;
mod server;
mod template;

pub use auth_roles::MysqlAuthRole;
pub use client::mysql_client;
pub use database::{MysqlDatabase, mysql_url};
pub use product::MysqlProduct;
pub use program::{MARIADB, MYSQL, Mysql};
pub use server::MysqlServer;
