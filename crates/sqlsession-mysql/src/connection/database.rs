//! The database in which names are looked up that do not say one. What is prepared keeps the one it was prepared in.

use mysql_async::prelude::Queryable as _;
use sqlsession_core::Result;

use super::mysql_connection::Inner;
use crate::error::from_mysql;

impl Inner {
    /// A text has run that may have changed it.
    pub(super) async fn has_left_database(&mut self) -> Result<()> {
        if self.conn.is_disconnected() {
            return Ok(());
        }
        self.database = None;
        self.forget_all().await
    }

    /// Asks for it, behind who may have changed it.
    pub(super) async fn ask_database(&mut self) -> mysql_async::Result<Option<String>> {
        Ok(self.conn.query_first::<Option<String>, _>("SELECT DATABASE()").await?.flatten())
    }

    /// It is this one.
    pub(super) async fn is_in_database(&mut self, now: Option<String>) -> Result<()> {
        if self.database == now {
            return Ok(());
        }
        self.database = now;
        self.forget_all().await
    }

    async fn forget_all(&mut self) -> Result<()> {
        for statement in self.prepared.take_all() {
            self.conn.close(statement).await.map_err(from_mysql)?;
        }
        Ok(())
    }
}
