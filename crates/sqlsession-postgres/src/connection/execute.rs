use std::{pin::pin, sync::Arc};

use futures_util::{StreamExt as _, future::join};
use sqlsession_core::{
    ErrorKind, Result, Value,
    driver::{Begin, Outcome, Request, ServerTransaction},
    row::Batch,
};
use tokio_postgres::{Client, Row, RowStream};

use super::{
    postgres_connection::Inner,
    prepared::{Plan, Prepared},
    riding::Riding,
    sent::Sent,
};
use crate::{
    error::from_postgres,
    rows::{PgColumns, batch},
    types::{Bound, Declared, check, check_undescribed, declared},
    wire::ServerState,
};

impl Inner {
    /// Runs a statement and reads its rows.
    pub(super) async fn execute(&mut self, request: Request) -> Result<Outcome> {
        let begin = self.begin_apart(request.begin).await?;
        let riding = Riding::new(begin, request.commit);
        match self.attempt(&request, riding).await {
            Err(error) if error.kind() == ErrorKind::SchemaChanged => {
                self.prepared.forget(request.text.sql());
                if !self.can_run_again(riding).await {
                    return Err(error);
                }
                self.attempt(&request, riding).await
            }
            result => result,
        }
    }

    async fn attempt(&mut self, request: &Request, riding: Riding) -> Result<Outcome> {
        let Request { text, values, options, .. } = request;
        let plan = self.prepared.plan(text.sql(), values);
        let ran = match &plan {
            Plan::Prepared(prepared) => {
                check(values, prepared.statement.params())?;
                let running = run_prepared(&self.client, prepared, values);
                let carried = riding.carry(&self.client, &self.server, running);
                (Self::bounded(&*self.canceller, options.timeout, carried).await, None)
            }
            Plan::Once => {
                check_undescribed(text.sql(), values)?;
                let running = run_once(&self.client, &self.server, text.sql(), values);
                let carried = riding.carry(&self.client, &self.server, running);
                (Self::bounded(&*self.canceller, options.timeout, carried).await, None)
            }
            Plan::OnceAndPrepare => {
                check_undescribed(text.sql(), values)?;
                let mut prepared = None;
                let running = run_and_prepare(&self.client, &self.server, text.sql(), values, &mut prepared);
                let carried = riding.carry(&self.client, &self.server, running);
                (Self::bounded(&*self.canceller, options.timeout, carried).await, prepared)
            }
        };
        let (answer, prepared) = ran;
        if let Some(prepared) = prepared {
            self.prepared.insert(text.sql(), prepared);
        }
        self.note_riding(&answer);
        answer.map(Answer::into_outcome)
    }

    /// A connection whose BEGIN failed is not trusted again.
    pub(super) fn note_riding<T>(&mut self, result: &Result<T>) {
        if result.as_ref().is_err_and(|error| error.kind() == ErrorKind::StatementCommitted) {
            self.spoilt = true;
        }
    }

    /// Sends a BEGIN that a server may refuse by itself; one that it does not refuse is left to ride.
    pub(super) async fn begin_apart(&mut self, begin: Option<Begin>) -> Result<Option<Begin>> {
        match begin {
            Some(begin) if self.pooled && self.level.is_some() => {
                self.send(&self.begin_sql(begin)).await?;
                Ok(None)
            }
            begin => Ok(begin),
        }
    }

    /// Whether a statement that the server refused to run may be sent once more without a loss: nothing came before it
    /// in its transaction, which is then over.
    pub(super) async fn can_run_again(&mut self, riding: Riding) -> bool {
        self.server.all_answered().await;
        match self.server.transaction() {
            ServerTransaction::Idle => true,
            ServerTransaction::Failed if riding.begin.is_some() => self.send("ROLLBACK").await.is_ok(),
            _ => false,
        }
    }
}

/// What a statement gave.
pub(super) struct Answer {
    columns: Option<Arc<PgColumns>>,
    rows: Vec<Row>,
    affected: Option<u64>,
}

impl Answer {
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The rows, of a statement that returns rows.
    pub(super) fn into_batch(self) -> Option<Arc<dyn Batch>> {
        self.columns.map(|columns| batch(columns, self.rows))
    }

    fn into_outcome(self) -> Outcome {
        let mut outcome = Outcome::default();
        outcome.rows_affected = self.affected;
        outcome.rows = self.into_batch();
        outcome
    }
}

async fn run_prepared(client: &Client, prepared: &Prepared, values: &[Value]) -> Result<Answer> {
    let rows =
        client.query_raw(&prepared.statement, values.iter().map(Bound)).await.map_err(from_postgres)?;
    let (rows, affected) = collect(rows).await?;
    Ok(Answer { columns: prepared.columns.clone(), rows, affected })
}

/// Runs a statement without a name, in one round trip: the server finds the types of the parameters that do not say it
/// themselves.
pub(super) async fn run_once(
    client: &Client,
    server: &ServerState,
    sql: &str,
    values: &[Value],
) -> Result<Answer> {
    server.await_description();
    let rows = open_once(client, sql, values).await?;
    let described = server.description();
    let (rows, affected) = collect(rows).await?;
    let columns = match rows.first() {
        Some(row) => Some(PgColumns::of(row.columns())),
        None => described.map(|described| PgColumns::named(described.columns())),
    };
    Ok(Answer { columns, rows, affected })
}

pub(super) async fn open_once(client: &Client, sql: &str, values: &[Value]) -> Result<RowStream> {
    let values = values.iter().map(|value| (Bound(value), declared(value)));
    client.query_typed_raw(sql, values).await.map_err(from_postgres)
}

/// As [`run_once`], with the statement prepared for the next time in the same flight, also where this time it fails.
///
/// It is prepared first: where that fails the statement would have failed too, and a transaction is not failed by what
/// the user did not ask for.
async fn run_and_prepare(
    client: &Client,
    server: &ServerState,
    sql: &str,
    values: &[Value],
    prepared: &mut Option<Prepared>,
) -> Result<Answer> {
    let declared = Declared::of(values);
    let types = declared.types();
    let preparing = pin!(client.prepare_typed(sql, &types));
    let running = pin!(run_once(client, server, sql, values));
    let preparing = Sent::new(preparing).await;
    let running = Sent::new(running).await;
    if matches!(running.ready(), Some(Err(_))) {
        return running.await;
    }
    let (statement, answer) = join(preparing, running).await;
    match statement {
        Ok(statement) => *prepared = Some(Prepared::new(statement, declared)),
        // Inside a transaction the statement itself only says that the transaction has failed.
        Err(first) if answer.is_err() => return Err(from_postgres(first)),
        Err(_) => {}
    }
    answer
}

/// Reads all rows, and how many rows the statement said it was about.
async fn collect(rows: RowStream) -> Result<(Vec<Row>, Option<u64>)> {
    let mut rows = pin!(rows);
    let mut all = Vec::new();
    while let Some(row) = rows.next().await {
        all.push(row.map_err(from_postgres)?);
    }
    Ok((all, rows.rows_affected()))
}
