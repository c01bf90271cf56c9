//! What can be set for an engine, by code or in the URL.

mod builder;
mod from_url;
mod mysql_options;
mod words;

pub use mysql_options::MysqlOptions;
pub use words::SslMode;
