use sqlsession_core::Result;
use sqlx_core::{connection::ConnectOptions as _, raw_sql::raw_sql, sql_str::AssertSqlSafe};
use sqlx_mysql::{MySqlConnectOptions, MySqlConnection};

use super::error::from_sqlx;

/// What the URL says beside how to connect.
#[derive(Debug, Default)]
pub struct MySqlSettings {
    /// Sent to each connection that is opened.
    pub(super) texts: Vec<String>,
}

impl MySqlSettings {
    /// Opens a connection and tells it what the URL says.
    pub(super) async fn open(&self, options: &MySqlConnectOptions) -> Result<MySqlConnection> {
        let mut client = options.connect().await.map_err(from_sqlx)?;
        for text in &self.texts {
            raw_sql(AssertSqlSafe(text.as_str())).execute(&mut client).await.map_err(from_sqlx)?;
        }
        Ok(client)
    }
}
