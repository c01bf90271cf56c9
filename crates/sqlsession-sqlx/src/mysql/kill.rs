use std::{fmt, sync::Arc};

use sqlsession_core::{
    Result,
    driver::{BoxFuture, Kill, Strikes},
};
use sqlx_core::{
    connection::{ConnectOptions as _, Connection as _},
    decode::Decode,
    error::Error as SqlxError,
    raw_sql::raw_sql,
    row::Row as _,
    sql_str::AssertSqlSafe,
};
use sqlx_mysql::{MySql, MySqlConnectOptions, MySqlConnection, MySqlRow};

use super::{
    error::from_sqlx,
    surroundings::{SURROUNDINGS, surroundings_of},
};
use crate::{backend::Way, surroundings::Surroundings};

/// What tells one server from another, as far as they say; not all that speaks the protocol has the variables.
const IDENTITIES: [&str; 2] = ["CONCAT_WS(' ', @@hostname, @@port, @@server_id, @@datadir)", "''"];

/// Stops what a connection does by KILL QUERY, over a connection of its own.
pub struct KillQuery {
    options: Arc<MySqlConnectOptions>,
    connection_id: String,
    /// The expression of the server's identity, and its value: behind a name there may be several servers, and on another
    /// one the number is somebody else's.
    identity: (&'static str, String),
    surroundings: Surroundings,
}

impl KillQuery {
    pub(super) async fn of(client: &mut MySqlConnection, options: &Arc<MySqlConnectOptions>) -> Result<Self> {
        let [usual, none] = IDENTITIES;
        let (expression, row) = match ask(client, usual).await {
            Err(SqlxError::Database(_)) => (none, ask(client, none).await),
            asked => (usual, asked),
        };
        let row = row.map_err(from_sqlx)?;
        let text = |column| text(&row, column).map_err(from_sqlx);
        Ok(Self {
            options: Arc::clone(options),
            connection_id: text(0)?,
            identity: (expression, text(1)?),
            surroundings: surroundings_of(&row, 2).map_err(from_sqlx)?,
        })
    }

    async fn send(&self, strikes: &Strikes) {
        let Ok(mut client) = self.options.connect().await else { return };
        let (expression, identity) = &self.identity;
        let said = ask(&mut client, expression).await.and_then(|row| text(&row, 1));
        if said.is_ok_and(|said| said == *identity) {
            let strike = strikes.sending();
            let sql = format!("KILL QUERY {}", self.connection_id);
            let answered = raw_sql(AssertSqlSafe(sql)).execute(&mut client).await;
            if matches!(answered, Ok(_) | Err(SqlxError::Database(_))) {
                strike.answered();
            }
        }
        let _ = client.close().await;
    }
}

async fn ask(client: &mut MySqlConnection, identity: &str) -> Result<MySqlRow, SqlxError> {
    let sql = format!("SELECT CAST(CONNECTION_ID() AS CHAR), {identity}, {SURROUNDINGS}");
    raw_sql(AssertSqlSafe(sql)).fetch_one(client).await
}

pub(super) fn text(row: &MySqlRow, column: usize) -> Result<String, SqlxError> {
    let bytes = <&[u8] as Decode<MySql>>::decode(row.try_get_raw(column)?).map_err(SqlxError::Decode)?;
    Ok(String::from_utf8_lossy(bytes).into_owned())
}

/// Without the options, which hold the password.
impl fmt::Debug for KillQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KillQuery").field("connection_id", &self.connection_id).finish_non_exhaustive()
    }
}

impl Kill for KillQuery {
    fn kill<'k>(&'k self, strikes: &'k Strikes) -> BoxFuture<'k, ()> {
        Box::pin(self.send(strikes))
    }
}

impl Way for KillQuery {
    fn surroundings(&self) -> Surroundings {
        self.surroundings.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_not_shown() {
        let kill = KillQuery {
            options: Arc::new(MySqlConnectOptions::new().password("s3cret")),
            connection_id: "7".to_owned(),
            identity: (IDENTITIES[1], String::new()),
            surroundings: Surroundings::default(),
        };
        let shown = format!("{kill:?}");
        assert!(shown.contains('7') && !shown.contains("s3cret"), "{shown}");
    }
}
