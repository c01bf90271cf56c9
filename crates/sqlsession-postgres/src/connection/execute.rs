use std::{borrow::Cow, mem, pin::pin, slice, sync::Arc, time::Duration};

use futures_util::{StreamExt as _, future::join};
use sqlsession_core::{
    Error, ErrorKind, Result, Value,
    driver::{Begin, Cancel as _, Outcome, Request, ServerTransaction},
    row::{Batch, RowSink},
};
use tokio_postgres::{Client, RowStream, error::SqlState, types::Type};

use super::{
    cancel::Canceller,
    postgres_connection::Inner,
    prepared::{Plan, Prepared, may_return_rows},
    riding::{Riding, with_commit},
    sent::Sent,
};
use crate::{
    error::from_postgres,
    rows::{PgColumns, Rows},
    types::{Bound, Checked, Declared, check_undescribed, checked, declared},
    wire::{Before, Description, ServerState},
};

impl Inner {
    /// Runs a statement and reads its rows.
    pub(super) async fn execute(&mut self, request: &Request) -> Result<Outcome> {
        let alone = self.is_alone(request.begin.is_some());
        // What is prepared is the usual way. Its future is a small one.
        match self.execute_prepared(request).await {
            None => Box::pin(self.execute_with(request)).await,
            Some(Err(error)) if self.has_lost_plan() => {
                Box::pin(self.execute_again(request, alone, error)).await
            }
            Some(result) => result,
        }
    }

    /// Runs a statement if it is prepared for these values, and nothing has to come before it.
    async fn execute_prepared(&mut self, request: &Request) -> Option<Result<Outcome>> {
        let Request { text, values, sink, .. } = request;
        if request.options.timeout.is_some() || (request.begin.is_some() && self.lent) {
            return None;
        }
        let begin = request.begin.map(|begin| self.begin_sql(begin));
        let prepared = self.prepared.get(text.sql(), slice::from_ref(values))?;
        let values = match checked(values, prepared.statement.params()) {
            Ok(values) => values,
            Err(error) => return Some(Err(error)),
        };
        let riding = Riding::of(request, begin.as_deref());
        riding.begins(&self.server, Before::Run);
        let commits = riding.commit;
        drop(begin);
        let lost = &mut self.plan_lost;
        let running = pin!(run_prepared(&self.client, prepared, &values, sink.as_ref(), lost));
        let answer = if commits {
            Box::pin(with_commit(&self.client, &self.server, running)).await
        } else {
            running.await
        };
        Some(answer.map(Answer::into_outcome))
    }

    /// Runs a statement once more that has lost its plan, if that loses nothing.
    async fn execute_again(&mut self, request: &Request, alone: bool, error: Error) -> Result<Outcome> {
        let result = Err(error);
        if !self.has_to_run_again(&result, request.text.sql(), alone).await {
            return result;
        }
        let begin = request.begin.map(|begin| self.begin_sql(begin));
        self.attempt(request, Riding::of(request, begin.as_deref())).await
    }

    /// Runs a statement with what rides with it.
    async fn execute_with(&mut self, request: &Request) -> Result<Outcome> {
        let begin = self.begin_apart(request.begin, request.options.timeout).await?;
        let riding = Riding::of(request, begin.as_deref());
        let alone = self.is_alone(riding.begin.is_some());
        let result = self.attempt(request, riding).await;
        if self.has_lost_plan() && self.has_to_run_again(&result, request.text.sql(), alone).await {
            return self.attempt(request, riding).await;
        }
        result
    }

    async fn attempt(&mut self, request: &Request, riding: Riding<'_>) -> Result<Outcome> {
        let Request { text, values, options, sink, .. } = request;
        let sink = sink.as_ref();
        let (mut newly_prepared, mut plan_lost) = (None, false);
        // Pinned here, each future is in memory but once, however many are around it. What is seldom run is boxed.
        let answer = match &self.prepared.plan(text.sql(), values) {
            Plan::Prepared(prepared) => {
                let values = checked(values, prepared.statement.params())?;
                let running = pin!(run_prepared(&self.client, prepared, &values, sink, &mut plan_lost));
                self.carry(riding, options.timeout, running).await
            }
            Plan::Once => {
                check_undescribed(text.sql(), values)?;
                let running = Box::pin(run_once(&self.client, &self.server, text.sql(), values, sink));
                self.carry_undescribed(riding, options.timeout, running).await
            }
            Plan::OnceAndPrepare => {
                check_undescribed(text.sql(), values)?;
                let prepared = &mut newly_prepared;
                let running = run_once(&self.client, &self.server, text.sql(), values, sink);
                let (client, canceller) = (&self.client, &*self.canceller);
                let running =
                    Box::pin(run_and_prepare(client, canceller, text.sql(), values, running, prepared));
                self.carry_undescribed(riding, options.timeout, running).await
            }
        };
        if let Some(prepared) = newly_prepared {
            self.prepared.insert(text.sql(), prepared);
        }
        self.plan_lost = plan_lost;
        let committed = request.commit || self.server.transaction() == ServerTransaction::Idle;
        let answer = self.with_columns(answer?, committed).await?;
        Ok(answer.into_outcome())
    }

    /// The answer with its columns, where it is known only what the server said of them.
    pub(super) async fn with_columns(&mut self, mut answer: Answer, committed: bool) -> Result<Answer> {
        if let Some(description) = answer.described.take() {
            answer.columns = Some(match self.columns(&description).await {
                Ok(columns) => columns,
                // The statement has succeeded for good, and an error would say the contrary.
                Err(_) if committed => self.columns_so_far(&description),
                Err(error) => return Err(error),
            });
        }
        Ok(answer)
    }

    /// Runs a statement with what rides with it, for so long at most.
    async fn carry<T>(
        &self,
        riding: Riding<'_>,
        limit: Option<Duration>,
        statement: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let carried = pin!(riding.carry(&self.client, &self.server, statement));
        Self::bounded(&*self.canceller, limit, carried).await
    }

    /// As [`carry`](Self::carry), of a statement whose columns are taken from what is described next.
    async fn carry_undescribed<T>(
        &self,
        riding: Riding<'_>,
        limit: Option<Duration>,
        statement: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        if self.lent {
            Self::bounded(&*self.canceller, limit, Box::pin(self.hear_out())).await?;
        }
        self.carry(riding, limit, statement).await
    }

    /// The BEGIN that is to ride.
    ///
    /// After the client was handed out it is sent by itself, for it is not known what is on its way: what a future of
    /// the user's has left there is not to be part of the transaction. That may take as long as a statement.
    pub(super) async fn begin_apart(
        &self,
        begin: Option<Begin>,
        limit: Option<Duration>,
    ) -> Result<Option<Cow<'static, str>>> {
        let Some(begin) = begin.map(|begin| self.begin_sql(begin)) else { return Ok(None) };
        if self.lent {
            Self::bounded(&*self.canceller, limit, self.send(&begin)).await?;
            return Ok(None);
        }
        Ok(Some(begin))
    }

    /// Waits for the answers to what a dropped future of the user's has left on its way: the columns of a statement that is
    /// not prepared are taken from what is described next.
    pub(super) async fn hear_out(&self) -> Result<()> {
        if self.lent { self.send("").await } else { Ok(()) }
    }

    /// Whether nothing of its transaction comes before a statement that is about to be sent, which may begin it.
    pub(super) fn is_alone(&self, begins: bool) -> bool {
        begins || self.server.transaction() == ServerTransaction::Idle
    }

    /// Whether the statement that was just run had lost its plan, and has not begun. The same error from inside of it, as a
    /// procedure may give that has committed, or from what was asked behind it, is no reason to run it again.
    fn has_lost_plan(&mut self) -> bool {
        mem::take(&mut self.plan_lost)
    }

    /// Whether a statement lost its plan and may be sent once more without a loss.
    pub(super) async fn has_to_run_again<T>(
        &mut self,
        result: &Result<T>,
        sql: &Arc<str>,
        alone: bool,
    ) -> bool {
        // The server no longer runs what it has prepared.
        let lost = matches!(result, Err(error) if error.kind() == ErrorKind::SchemaChanged);
        if lost {
            self.prepared.forget(sql);
        }
        // Alone in its transaction, which is then over.
        if !lost || !alone {
            return false;
        }
        self.server.all_answered().await;
        match self.server.transaction() {
            ServerTransaction::Idle => true,
            ServerTransaction::Failed => self.send("ROLLBACK").await.is_ok(),
            _ => false,
        }
    }
}

/// What a statement gave.
pub(super) struct Answer {
    columns: Option<Arc<PgColumns>>,
    /// What the server said of the columns, where they are not known yet.
    described: Option<Description>,
    rows: Rows,
    affected: Option<u64>,
}

impl Answer {
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The rows, of a statement that returns rows.
    pub(super) fn into_batch(self) -> Option<Arc<dyn Batch>> {
        self.columns.map(|columns| self.rows.batch(columns))
    }

    fn into_outcome(self) -> Outcome {
        let mut outcome = Outcome::default();
        outcome.rows_affected = self.affected;
        outcome.rows = self.into_batch();
        outcome
    }
}

async fn run_prepared(
    client: &Client,
    prepared: &Prepared,
    values: &[Checked<'_>],
    sink: Option<&RowSink>,
    plan_lost: &mut bool,
) -> Result<Answer> {
    // Apart, each of the two futures is small enough for what an allocator keeps at hand (1032 bytes in glibc).
    let opening = Box::pin(client.query_raw(&prepared.statement, values.iter()));
    // It ends with the answer to Bind, before the statement runs.
    let rows = opening.await.map_err(|error| {
        let error = from_postgres(error);
        *plan_lost = error.kind() == ErrorKind::SchemaChanged;
        error
    })?;
    let (rows, affected) = collect(rows, sink, || prepared.columns.clone()).await?;
    Ok(Answer { columns: prepared.columns.clone(), described: None, rows, affected })
}

/// Runs a statement without a name, in one round trip: the server finds the types of the parameters that do not say it
/// themselves.
pub(super) async fn run_once(
    client: &Client,
    server: &ServerState,
    sql: &str,
    values: &[Value],
    sink: Option<&RowSink>,
) -> Result<Answer> {
    server.await_description();
    let rows = open_once(client, sql, values).await?;
    let (rows, affected) = collect(rows, sink, || built_in(&server.description_so_far()?)).await?;
    Ok(Answer { columns: None, described: server.description(), rows, affected })
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
    canceller: &Canceller,
    sql: &str,
    values: &[Value],
    running: impl Future<Output = Result<Answer>>,
    prepared: &mut Option<Prepared>,
) -> Result<Answer> {
    let declared = Declared::of(values);
    let types = declared.types();
    let preparing = pin!(async {
        let statement = client.prepare_typed(sql, &types).await;
        if canceller.is_sent() && statement.as_ref().is_err_and(is_cancelled) {
            // What was to be cancelled is still to come.
            canceller.cancel().await;
        }
        statement
    });
    let running = pin!(running);
    let preparing = Sent::new(preparing).await;
    let running = Sent::new(running).await;
    if matches!(running.ready(), Some(Err(_))) {
        return running.await;
    }
    let (statement, mut answer) = join(preparing, running).await;
    match statement {
        Ok(statement) => {
            let returns_rows = match &answer {
                Ok(answer) if statement.columns().is_empty() => answer.described.is_some(),
                _ => may_return_rows(&statement, sql),
            };
            let statement = Prepared::new(statement, declared, returns_rows);
            if let Ok(answer) = &mut answer {
                // What this run said of them comes first: what was prepared before it may have been of another table.
                let own = answer.described.take().and_then(|description| built_in(&description));
                answer.columns = own.or_else(|| statement.columns.clone());
            }
            *prepared = Some(statement);
        }
        // In the middle of a transaction the statement itself only says that the transaction has failed.
        Err(first) if answer.is_err() => return Err(from_postgres(first)),
        Err(_) => {}
    }
    answer
}

fn is_cancelled(error: &tokio_postgres::Error) -> bool {
    error.code() == Some(&SqlState::QUERY_CANCELED)
}

/// Reads all rows, and how many rows the statement said it was about. Rows are handed on where they are wanted and their
/// columns are known, all but the last of them.
async fn collect(
    rows: RowStream,
    sink: Option<&RowSink>,
    columns: impl Fn() -> Option<Arc<PgColumns>>,
) -> Result<(Rows, Option<u64>)> {
    let mut rows = pin!(rows);
    let mut read = Rows::default();
    let mut known = None;
    if let Some(sink) = sink {
        sink.restart();
    }
    while let Some(row) = rows.next().await {
        if let Some(sink) = sink
            && read.len() >= RowSink::ROWS
            && let Some(columns) = known.get_or_insert_with(&columns)
        {
            sink.take(read.take().batch(Arc::clone(columns)));
        }
        read.push(row.map_err(from_postgres)?, || known.get_or_insert_with(&columns).clone());
    }
    Ok((read, rows.rows_affected()))
}

/// These columns, if all their types are built in.
fn built_in(description: &Description) -> Option<Arc<PgColumns>> {
    let columns = description.columns();
    let columns: Option<Vec<_>> = columns.map(|(name, oid)| Some((name, Type::from_oid(oid)?))).collect();
    Some(PgColumns::named(columns?.into_iter()))
}
