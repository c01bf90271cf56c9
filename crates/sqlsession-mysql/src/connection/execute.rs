use std::{pin::pin, sync::Arc};

use mysql_async::{BinaryProtocol, Conn, Params, TextProtocol, prelude::Queryable as _};
use sqlsession_core::{
    Error, ErrorKind, Result, Value,
    driver::{Begin, Outcome, Request},
    row::RowSink,
};

use super::{
    answer::read,
    mysql_connection::Inner,
    prepared::{Kept, KnownColumns, Plan},
};
use crate::{
    error::from_mysql,
    first_word::uses,
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
        let canceller = Arc::clone(&self.canceller);
        let limit = request.options.timeout;
        if self.begin_text(request.begin).is_some() {
            return Box::pin(canceller.guard(limit, self.begin_and_run(request))).await;
        }
        if request.all_results {
            return canceller.guard(limit, Box::pin(self.run_for_all_results(request))).await;
        }
        let running = pin!(self.run(request));
        canceller.guard(limit, running).await
    }

    async fn begin_and_run(&mut self, request: &Request) -> Result<Outcome> {
        self.begin(request.begin).await?;
        if request.all_results { self.run_for_all_results(request).await } else { self.run(request).await }
    }

    /// Runs a statement, and once more if that is to be done after its error.
    async fn run(&mut self, request: &Request) -> Result<Outcome> {
        let mut is_first = true;
        loop {
            let error = match self.attempt(request).await {
                Err(error) if is_first => error,
                outcome => return outcome,
            };
            is_first = false;
            if !Box::pin(self.is_to_run_again(&request.text, &error)).await? {
                return Err(error);
            }
        }
    }

    async fn attempt(&mut self, request: &Request) -> Result<Outcome> {
        let sql = request.text.sql();
        let values = bind_all(&request.values, self.server.most_fraction)?;
        let (mut own, mut unknown) = (None, None);
        let (plan, columns, sets_level) = match self.prepared.known(request) {
            Some(Kept { plan, columns, sets_level, .. }) => (&*plan, columns, *sets_level),
            None => {
                let planned = Box::pin(self.plan(&request.text, &request.values)).await?;
                let columns = self.prepared.known_columns(sql).unwrap_or(&mut unknown);
                (&*own.insert(planned.plan), columns, planned.sets_level)
            }
        };
        self.canceller.check()?;
        self.transaction.touch_by(&request.text);
        self.transaction.level_strayed |= sets_level;
        let sink = request.sink.as_ref();
        let is_text = matches!(plan, Plan::Text);
        let outcome = match plan {
            Plan::Prepared(statement) => {
                if let Err(error) = self.conn.exec_iter(statement, Params::Positional(values)).await {
                    Err(from_mysql(error))
                } else {
                    // Two futures that are not large are made in less time than one that is.
                    Box::pin(read::<BinaryProtocol>(&mut self.conn, sink, columns)).await
                }
            }
            Plan::Text => Box::pin(query(&mut self.conn, sql, sink, columns)).await,
        };
        self.transaction.note(&self.conn);
        if is_text && uses(sql) {
            Box::pin(self.has_left_database()).await?;
        }
        match own {
            Some(plan) if !self.keeps_statements() => Box::pin(self.close_behind(plan, outcome)).await,
            _ => outcome,
        }
    }

    /// Closes what was prepared for one run of a statement.
    async fn close_behind(&mut self, plan: Plan, outcome: Result<Outcome>) -> Result<Outcome> {
        if outcome.is_ok() || !self.conn.is_disconnected() {
            self.close(plan).await?;
        }
        outcome
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

/// Sends a text as it is, and reads what it gives.
async fn query(
    conn: &mut Conn,
    sql: &str,
    sink: Option<&RowSink>,
    columns: &mut KnownColumns,
) -> Result<Outcome> {
    conn.query_iter(sql).await.map(drop).map_err(from_mysql)?;
    read::<TextProtocol>(conn, sink, columns).await
}
