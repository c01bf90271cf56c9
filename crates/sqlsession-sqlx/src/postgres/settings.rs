use sqlsession_core::Result;
use sqlx_core::{raw_sql::raw_sql, sql_str::AssertSqlSafe};
use sqlx_postgres::{PgConnectOptions, PgConnection};

use super::{error::from_sqlx, passfile::Passfile};

/// What sqlx sets to its own at the start of a connection, whatever the options say.
const SET_BY_SQLX: [&str; 2] = ["timezone", "datestyle"];

/// What the URL says beside how to connect.
#[derive(Debug, Clone, Default)]
pub struct PgSettings {
    pub(super) passfile: Passfile,
    /// Sent to each connection that is opened, if it says anything.
    text: String,
}

impl PgSettings {
    /// Takes note of a setting of the options that sqlx sends, if it does not hold there.
    pub(super) fn note(&mut self, name: &str, value: &str) {
        if let Some(name) = SET_BY_SQLX.iter().find(|known| name.eq_ignore_ascii_case(known)) {
            self.text.push_str(&format!("SET {name} TO '{}';", value.replace('\'', "''")));
        }
    }

    /// Opens a connection and tells it what the URL says.
    pub(super) async fn open(&self, options: &PgConnectOptions) -> Result<PgConnection> {
        let mut client = self.passfile.connect(options).await?;
        if !self.text.is_empty() {
            raw_sql(AssertSqlSafe(self.text.as_str())).execute(&mut client).await.map_err(from_sqlx)?;
        }
        Ok(client)
    }
}
