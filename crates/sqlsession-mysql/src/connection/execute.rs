use std::sync::Arc;

use mysql_async::{Params, prelude::Queryable as _};
use sqlsession_core::{
    Error, ErrorKind, Result, Value,
    driver::{Begin, Outcome, Request},
};

use super::{answer::read, mysql_connection::Inner, prepared::Plan};
use crate::{
    error::from_mysql,
    types::{bind_all, size},
};

/// What a packet holds beside the values of a statement.
const HEAD: usize = 64;

impl Inner {
    /// Runs a statement and reads its rows.
    pub(super) async fn execute(&mut self, request: &Request) -> Result<Outcome> {
        self.check_size(request.text.sql(), &request.values)?;
        self.begin(request.begin).await?;
        let canceller = Arc::clone(&self.canceller);
        let limit = request.options.timeout;
        if request.all_results {
            // Seldom run, and not to make the future of all other statements longer.
            return canceller.guard(limit, Box::pin(self.run_for_all_results(request))).await;
        }
        canceller.guard(limit, self.run(request)).await
    }

    async fn run(&mut self, request: &Request) -> Result<Outcome> {
        match self.attempt(request).await {
            Err(error) if self.is_to_run_again(request.text.sql(), &error).await? => {
                self.attempt(request).await
            }
            result => result,
        }
    }

    async fn attempt(&mut self, request: &Request) -> Result<Outcome> {
        let sql = request.text.sql();
        let values = bind_all(&request.values)?;
        let plan = self.plan(&request.text, &request.values).await?;
        self.canceller.check()?;
        self.transaction.touch_by(&request.text);
        let answer = match &plan {
            Plan::Prepared(statement) => {
                match self.conn.exec_iter(statement, Params::Positional(values)).await {
                    Ok(result) => read(result, request.sink.as_ref()).await,
                    Err(error) => Err(from_mysql(error)),
                }
            }
            Plan::Text => match self.conn.query_iter(&**sql).await {
                Ok(result) => read(result, request.sink.as_ref()).await,
                Err(error) => Err(from_mysql(error)),
            },
        };
        self.transaction.note(&self.conn);
        let outcome = answer.map(|answer| answer.into_outcome(&self.conn, &mut self.prepared, sql));
        if outcome.as_ref().is_ok() || !self.conn.is_disconnected() {
            self.used(plan).await?;
        }
        outcome
    }

    /// Opens a transaction before a statement, where the statement does not open it by itself.
    pub(super) async fn begin(&mut self, begin: Option<Begin>) -> Result<()> {
        match begin {
            Some(begin) if begin.read_only => self.send("START TRANSACTION READ ONLY").await,
            Some(_) if self.transaction.autocommit => self.send("START TRANSACTION").await,
            _ => Ok(()),
        }
    }

    /// # Errors
    /// `BadParameter` for what is longer than the server takes, which would close the connection.
    pub(super) fn check_size(&self, sql: &str, values: &[Value]) -> Result<()> {
        let largest = self.server.max_packet;
        if sql.len().max(values.iter().map(size).sum()) + HEAD <= largest {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::BadParameter,
            format!(
                "the statement or its values are longer than the server's max_allowed_packet, {largest} bytes"
            ),
        ))
    }
}
