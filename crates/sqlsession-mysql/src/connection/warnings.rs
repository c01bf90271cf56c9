use mysql_async::{TextProtocol, prelude::Queryable as _};
use sqlsession_core::{Result, driver::Outcome};

use super::{answer::read, mysql_connection::Inner};
use crate::error::from_mysql;

const SHOW: &str = "SHOW WARNINGS";

impl Inner {
    /// Asks for the warnings of the statement that ran last. They stay what they are.
    pub(super) async fn warnings(&mut self) -> Result<Outcome> {
        self.conn.query_iter(SHOW).await.map(drop).map_err(from_mysql)?;
        let answer = read::<TextProtocol>(&mut self.conn, None, &mut None).await;
        self.transaction.note(&self.conn);
        answer
    }
}
