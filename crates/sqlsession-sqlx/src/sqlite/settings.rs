use std::time::{Duration, Instant};

use sqlsession_core::Result;
use sqlx_core::{connection::ConnectOptions as _, sql_str::AssertSqlSafe};
use sqlx_sqlite::{SqliteConnectOptions, SqliteConnection};
use tokio::time::sleep;

use super::{error, memory::MemoryDatabase};

/// What the URL says beside how to connect.
#[derive(Debug, Default)]
pub struct SqliteSettings {
    /// How long an operation waits for other writers.
    pub(super) timeout: Duration,
    /// The journal mode that is set.
    pub(super) journal_mode: Option<String>,
    /// The engine's own database, if it is one in memory.
    pub(super) memory: Option<MemoryDatabase>,
}

impl SqliteSettings {
    /// Opens a connection and sets it up.
    pub(super) async fn open(&self, options: &SqliteConnectOptions) -> Result<SqliteConnection> {
        let mut waiting = Patience::new(self.timeout);
        loop {
            match self.try_open(options).await {
                Err(busy) if error::is_busy(&busy) && waiting.goes_on().await => {}
                opened => return opened,
            }
        }
    }

    async fn try_open(&self, options: &SqliteConnectOptions) -> Result<SqliteConnection> {
        let opening = match &self.memory {
            Some(memory) => memory.open(options).await,
            None => options.connect().await,
        };
        let mut client = opening.map_err(error::from_sqlx)?;
        if let Some(mode) = &self.journal_mode {
            let sql = format!("PRAGMA journal_mode={mode}");
            let set = sqlx_core::raw_sql::raw_sql(AssertSqlSafe(sql)).execute(&mut client).await;
            match set.map_err(error::from_sqlx) {
                // Its permissions, or a URI, allow reading only: the file keeps the mode it has.
                Err(refused) if error::is_read_only(&refused) => {}
                Err(refused) => return Err(refused),
                Ok(_) => {}
            }
        }
        Ok(client)
    }
}

/// Two that change the journal mode at once: SQLite does not wait, lest they wait for each other.
struct Patience(Instant);

impl Patience {
    fn new(timeout: Duration) -> Self {
        let now = Instant::now();
        Self(now.checked_add(timeout).unwrap_or(now))
    }

    async fn goes_on(&mut self) -> bool {
        sleep(Duration::from_millis(5)).await;
        Instant::now() < self.0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use sqlx_core::query_scalar::query_scalar;
    use sqlx_sqlite::Sqlite;

    use super::*;

    #[tokio::test]
    async fn a_file_that_can_only_be_read_keeps_its_journal() {
        let folder = tempfile::tempdir().unwrap();
        let options =
            SqliteConnectOptions::new().filename(folder.path().join("x.db")).create_if_missing(true);
        let wal = SqliteSettings { journal_mode: Some("wal".to_owned()), ..SqliteSettings::default() };
        let delete = SqliteSettings { journal_mode: Some("delete".to_owned()), ..SqliteSettings::default() };
        let mut client = delete.open(&options).await.unwrap();
        sqlx_core::raw_sql::raw_sql("create table t (n int)").execute(&mut client).await.unwrap();
        drop(client);
        // As permissions would, which are none for root.
        let mut client = wal.open(&options.read_only(true)).await.unwrap();
        let mode =
            query_scalar::<Sqlite, String>("pragma journal_mode").fetch_one(&mut client).await.unwrap();
        assert_eq!(mode, "delete");
    }
}
