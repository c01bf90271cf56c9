use std::{fmt, sync::Arc};

use sqlsession_core::{
    Result,
    driver::{BoxFuture, Kill, Strikes},
};
use sqlx_core::{
    connection::{ConnectOptions as _, Connection as _},
    error::Error as SqlxError,
    raw_sql::raw_sql,
    row::Row as _,
    sql_str::AssertSqlSafe,
};
use sqlx_postgres::{PgConnectOptions, PgConnection};

use super::error::from_sqlx;
use crate::backend::Way;

/// Stops what a connection does by `pg_cancel_backend`, over a connection of its own: sqlx keeps the key of the protocol's
/// own cancel to itself.
pub struct CancelBackend {
    options: Arc<PgConnectOptions>,
    pid: i32,
    /// When the server's process began, which tells it from another one with its number, on this server or another one
    /// behind the same name.
    begun: String,
}

impl CancelBackend {
    pub(super) async fn of(client: &mut PgConnection, options: &Arc<PgConnectOptions>) -> Result<Self> {
        let sql = "SELECT pid::text, extract(epoch FROM backend_start)::text FROM pg_stat_activity \
                   WHERE pid = pg_backend_pid()";
        let row = raw_sql(sql).fetch_one(client).await.map_err(from_sqlx)?;
        let text = |column: usize| -> Result<String> {
            let value = row.try_get_raw(column).map_err(from_sqlx)?;
            let text = value.as_str().map_err(|error| from_sqlx(SqlxError::Decode(error)))?;
            Ok(text.to_owned())
        };
        let pid: String = text(0)?;
        let pid =
            pid.parse().map_err(|_| from_sqlx(SqlxError::Protocol("a process without a number".into())))?;
        Ok(Self { options: Arc::clone(options), pid, begun: text(1)? })
    }

    async fn send(&self, strikes: &Strikes) {
        let Ok(mut client) = self.options.connect().await else { return };
        let strike = strikes.sending();
        let Self { pid, begun, .. } = self;
        let sql = format!(
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity \
             WHERE pid = {pid} AND extract(epoch FROM backend_start)::text = '{begun}'"
        );
        let answered = raw_sql(AssertSqlSafe(sql)).execute(&mut client).await;
        if matches!(answered, Ok(_) | Err(SqlxError::Database(_))) {
            strike.answered();
        }
        let _ = client.close().await;
    }
}

/// Without the options, which hold the password.
impl fmt::Debug for CancelBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelBackend").field("pid", &self.pid).finish_non_exhaustive()
    }
}

impl Kill for CancelBackend {
    fn kill<'k>(&'k self, strikes: &'k Strikes) -> BoxFuture<'k, ()> {
        Box::pin(self.send(strikes))
    }
}

impl Way for CancelBackend {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_not_shown() {
        let options = Arc::new(PgConnectOptions::new().password("s3cret"));
        let shown = format!("{:?}", CancelBackend { options, pid: 7, begun: String::new() });
        assert!(shown.contains('7') && !shown.contains("s3cret"), "{shown}");
    }
}
