use std::{pin::pin, sync::Arc};

use mysql_async::{Params, prelude::Queryable as _};
use sqlsession_core::{
    Error, ErrorKind, Result, Value,
    driver::{Begin, Outcome, Request},
    row::RowSink,
};

use super::{
    answer::{Read, read},
    mysql_connection::Inner,
    prepared::{Plan, Planned},
};
use crate::{
    error::from_mysql,
    types::{bind_all, size},
};

/// What a packet holds beside the values of a statement.
const HEAD: usize = 64;

impl Inner {
    /// Runs a statement and reads its rows.
    ///
    /// What is seldom needed is boxed here and below: a future that is small costs much less than one that is not.
    pub(super) async fn execute(&mut self, request: &Request) -> Result<Outcome> {
        self.check_size(request.text.sql(), &request.values)?;
        if self.begin_text(request.begin).is_some() {
            Box::pin(self.begin(request.begin)).await?;
        }
        let canceller = Arc::clone(&self.canceller);
        let limit = request.options.timeout;
        if request.all_results {
            return canceller.guard(limit, Box::pin(self.run_for_all_results(request))).await;
        }
        let running = pin!(self.run(request));
        canceller.guard(limit, running).await
    }

    async fn run(&mut self, request: &Request) -> Result<Outcome> {
        match self.attempt(request).await {
            Err(error) => Box::pin(self.attempt_again(request, error)).await,
            outcome => outcome,
        }
    }

    /// Runs a statement again if that is to be done after such an error.
    async fn attempt_again(&mut self, request: &Request, error: Error) -> Result<Outcome> {
        if self.is_to_run_again(request.text.sql(), &error).await? {
            return self.attempt(request).await;
        }
        Err(error)
    }

    async fn attempt(&mut self, request: &Request) -> Result<Outcome> {
        let sql = request.text.sql();
        let values = bind_all(&request.values)?;
        let Planned { plan, columns } = match self.prepared.planned(request) {
            Some(planned) => planned,
            None => Box::pin(self.plan(&request.text, &request.values)).await?,
        };
        self.canceller.check()?;
        self.transaction.touch_by(&request.text);
        let answer = match &plan {
            Plan::Prepared(statement) => {
                match self.conn.exec_iter(statement, Params::Positional(values)).await {
                    // Two futures that are not large are made in less time than one that is.
                    Ok(result) => Box::pin(read(result, request.sink.as_ref())).await,
                    Err(error) => Err(from_mysql(error)),
                }
            }
            Plan::Text => Box::pin(self.query(sql, request.sink.as_ref())).await,
        };
        self.transaction.note(&self.conn);
        let Self { conn, prepared, .. } = &mut *self;
        let columns = |described| prepared.columns(sql, columns, described);
        let outcome = answer.map(|answer| answer.into_outcome(conn, columns));
        if !self.keeps_statements() && (outcome.is_ok() || !self.conn.is_disconnected()) {
            Box::pin(self.close(plan)).await?;
        }
        outcome
    }

    /// Sends a text as it is, and reads what it gives.
    async fn query(&mut self, sql: &str, sink: Option<&RowSink>) -> Result<Read> {
        match self.conn.query_iter(sql).await {
            Ok(result) => read(result, sink).await,
            Err(error) => Err(from_mysql(error)),
        }
    }

    /// What opens a transaction before a statement, where the statement does not open it by itself.
    fn begin_text(&self, begin: Option<Begin>) -> Option<&'static str> {
        match begin {
            Some(begin) if begin.read_only => Some("START TRANSACTION READ ONLY"),
            Some(_) if self.transaction.autocommit => Some("START TRANSACTION"),
            _ => None,
        }
    }

    /// Opens a transaction before a statement, where the statement does not open it by itself.
    pub(super) async fn begin(&mut self, begin: Option<Begin>) -> Result<()> {
        match self.begin_text(begin) {
            Some(text) => self.send(text).await,
            None => Ok(()),
        }
    }

    /// # Errors
    /// `BadParameter` for what is longer than the server takes, which would close the connection.
    pub(super) fn check_size(&self, sql: &str, values: &[Value]) -> Result<()> {
        self.check_length(sql.len().max(values.iter().map(size).sum()))
    }

    /// As [`check_size`](Self::check_size), of a text or of values of that length.
    pub(super) fn check_length(&self, length: usize) -> Result<()> {
        let largest = self.server.max_packet;
        if length + HEAD <= largest {
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
