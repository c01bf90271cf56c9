use mysql_async::prelude::Queryable as _;
use sqlsession_core::{Result, driver::Outcome};

use super::{answer::read, mysql_connection::Inner};
use crate::{error::from_mysql, rows::MyColumns};

const SHOW: &str = "SHOW WARNINGS";

impl Inner {
    /// Asks for the warnings of the statement that ran last. They stay what they are.
    pub(super) async fn warnings(&mut self) -> Result<Outcome> {
        let result = self.conn.query_iter(SHOW).await.map_err(from_mysql)?;
        let answer = read(result, None).await;
        self.transaction.note(&self.conn);
        Ok(answer?.into_outcome(&self.conn, MyColumns::of))
    }
}
