use std::{fmt, sync::Arc};

use sqlsession_core::{
    Result,
    driver::{BoxFuture, Kill, Strikes},
};
use sqlx_core::{
    connection::Connection as _, error::Error as SqlxError, raw_sql::raw_sql, row::Row as _,
    sql_str::AssertSqlSafe,
};
use sqlx_postgres::{PgConnectOptions, PgConnection};

use super::{error::from_sqlx, passfile::Passfile};
use crate::backend::Way;

/// Stops what a connection does by `pg_cancel_backend`, over a connection of its own: sqlx keeps the key of the protocol's
/// own cancel to itself.
pub struct CancelBackend {
    options: Arc<PgConnectOptions>,
    passfile: Passfile,
    pid: i32,
    begun: Begun,
}

/// What tells the server's process from another one with its number, on this server or another one behind the same name.
enum Begun {
    /// When the process began.
    Process(String),
    /// When the server began, which everybody may read: the connection has a role that may not know of its own process.
    Server(String),
}

impl CancelBackend {
    pub(super) async fn of(
        client: &mut PgConnection,
        options: &Arc<PgConnectOptions>,
        passfile: &Passfile,
    ) -> Result<Self> {
        let sql = "SELECT pid::text, extract(epoch FROM backend_start)::text, \
                   extract(epoch FROM pg_postmaster_start_time())::text \
                   FROM pg_stat_activity WHERE pid = pg_backend_pid()";
        let row = raw_sql(sql).fetch_one(client).await.map_err(from_sqlx)?;
        let text = |column: usize| row.try_get_unchecked::<Option<String>, _>(column).map_err(from_sqlx);
        let begun = match text(1)? {
            Some(process) => Begun::Process(process),
            None => Begun::Server(text(2)?.unwrap_or_default()),
        };
        let pid = text(0)?.and_then(|pid| pid.parse().ok());
        let pid = pid.ok_or_else(|| from_sqlx(SqlxError::Protocol("a process without a number".into())))?;
        Ok(Self { options: Arc::clone(options), passfile: passfile.clone(), pid, begun })
    }

    async fn send(&self, strikes: &Strikes) {
        let Ok(mut client) = self.passfile.connect(&self.options).await else { return };
        let strike = strikes.sending();
        let pid = self.pid;
        let sql = match &self.begun {
            Begun::Process(begun) => format!(
                "SELECT pg_cancel_backend(pid) FROM pg_stat_activity \
                 WHERE pid = {pid} AND extract(epoch FROM backend_start)::text = '{begun}'"
            ),
            // The user may do what the role it is given at the start may not.
            Begun::Server(begun) => format!(
                "SET LOCAL ROLE NONE; SELECT pg_cancel_backend({pid}) \
                 WHERE extract(epoch FROM pg_postmaster_start_time())::text = '{begun}'"
            ),
        };
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
        let begun = Begun::Server(String::new());
        let shown = format!("{:?}", CancelBackend { options, passfile: Passfile::default(), pid: 7, begun });
        assert!(shown.contains('7') && !shown.contains("s3cret"), "{shown}");
    }
}
