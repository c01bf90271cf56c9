use std::{future::poll_fn, pin::pin, sync::Arc, task::Poll};

use mysql_async::{
    Params, QueryResult,
    prelude::{Protocol, Queryable as _},
};
use sqlsession_core::{
    ErrorKind, Result,
    driver::{Cancel as _, Outcome, Request, RowSender},
    statement::only_reads,
};
use tokio::task::yield_now;

use super::{
    cancel::Canceller,
    mysql_connection::Inner,
    prepared::{KnownColumns, Plan, Planned, PreparedStatements},
};
use crate::{
    driver::DIALECT,
    error::from_mysql,
    first_word::uses,
    rows::{MyColumns, Rows},
    types::bind_all,
};

/// A batch ends with so many rows, or so many bytes of them, or when the next row has not come yet.
const BATCH_ROWS: usize = 512;
const BATCH_BYTES: usize = 256 * 1024;

/// So many rows that nobody wants are read before the server is told to stop, which takes a connection of its own.
const UNWANTED_ROWS: usize = 4 * BATCH_ROWS;

impl Inner {
    /// Runs a statement and hands its rows on as they come.
    pub(super) async fn stream(&mut self, request: &Request, rows: &RowSender) -> Result<Outcome> {
        self.check_size(request.text.sql(), &request.values)?;
        let canceller = Arc::clone(&self.canceller);
        let streaming = pin!(self.run_stream(request, rows, &canceller));
        canceller.guard(request.options.timeout, streaming).await
    }

    async fn run_stream(
        &mut self,
        request: &Request,
        rows: &RowSender,
        canceller: &Canceller,
    ) -> Result<Outcome> {
        self.begin(request.begin).await?;
        let mut begun = false;
        match self.attempt_stream(request, rows, canceller, &mut begun).await {
            Err(error) if self.is_to_run_again(&request.text, &error).await? && !begun => {
                self.attempt_stream(request, rows, canceller, &mut begun).await
            }
            result => result,
        }
    }

    async fn attempt_stream(
        &mut self,
        request: &Request,
        rows: &RowSender,
        canceller: &Canceller,
        begun: &mut bool,
    ) -> Result<Outcome> {
        let sql = request.text.sql();
        let values = bind_all(&request.values, self.server.most_fraction)?;
        let Planned { plan, columns, sets_level } =
            match self.prepared.known(request).map(|kept| kept.planned()) {
                Some(planned) => planned,
                None => Box::pin(self.plan(&request.text, &request.values)).await?,
            };
        self.canceller.check()?;
        self.transaction.touch_by(&request.text);
        self.transaction.level_strayed |= sets_level;
        let size = match request.options.batch_rows {
            0 => BATCH_ROWS,
            wanted => wanted,
        };
        let prepared = &mut self.prepared;
        let mut hand = Hand { sql, prepared, known: columns, rows, size, canceller, begun };
        let handed = match &plan {
            Plan::Prepared(statement) => {
                match self.conn.exec_iter(statement, Params::Positional(values)).await {
                    Ok(result) => hand.on(result).await,
                    Err(error) => Err(from_mysql(error)),
                }
            }
            Plan::Text => match self.conn.query_iter(&**sql).await {
                Ok(result) => hand.on(result).await,
                Err(error) => Err(from_mysql(error)),
            },
        };
        self.transaction.note(&self.conn);
        if matches!(plan, Plan::Text) && uses(sql) {
            self.has_left_database().await?;
        }
        if !self.conn.is_disconnected() {
            self.used(plan).await?;
        }
        let mut outcome = Outcome::default();
        if !handed? {
            outcome.rows_affected = Some(self.conn.affected_rows());
        }
        Ok(outcome)
    }
}

/// What hands rows on.
struct Hand<'h> {
    sql: &'h Arc<str>,
    prepared: &'h mut PreparedStatements,
    /// The columns of the last time.
    known: KnownColumns,
    rows: &'h RowSender,
    size: usize,
    canceller: &'h Canceller,
    /// Something was handed on.
    begun: &'h mut bool,
}

impl Hand<'_> {
    /// Hands the rows of a result on, and reads it to its end. Says whether there could be rows.
    async fn on<P: Protocol>(&mut self, mut result: QueryResult<'_, '_, P>) -> Result<bool> {
        let described = result.columns().filter(|columns| !columns.is_empty());
        let Some(described) = described else {
            result.drop_result().await.map_err(from_mysql)?;
            return Ok(false);
        };
        let columns = self.prepared.columns(self.sql, self.known.take(), described);
        *self.begun = true;
        let mut first = true;
        let mut rows = Rows::default();
        loop {
            let ended = self.read_batch(&mut result, &mut rows, &columns, &mut first).await?;
            let wanted =
                (!first && rows.is_empty()) || self.rows.send(rows.take().batch(Arc::clone(&columns))).await;
            first = false;
            if ended {
                break;
            }
            if !wanted {
                if self.throw_away(&mut result).await? {
                    result.drop_result().await.or_else(swallow_interruption)?;
                    return Ok(true);
                }
                break;
            }
        }
        result.drop_result().await.map_err(from_mysql)?;
        Ok(true)
    }

    /// Reads the next rows. Says whether there are no more. What is here is handed on while the next row is waited for.
    async fn read_batch<P: Protocol>(
        &self,
        result: &mut QueryResult<'_, '_, P>,
        rows: &mut Rows,
        columns: &Arc<MyColumns>,
        first: &mut bool,
    ) -> Result<bool> {
        while rows.len() < self.size && rows.memory() < BATCH_BYTES {
            let mut next = pin!(result.next());
            let row = match poll_fn(|cx| Poll::Ready(next.as_mut().poll(cx))).await {
                Poll::Ready(row) => row,
                Poll::Pending => {
                    if !rows.is_empty() {
                        *first = false;
                        // One that is not wanted any more shows itself with the next batch.
                        self.rows.send(rows.take().batch(Arc::clone(columns))).await;
                    }
                    next.await
                }
            };
            match row.map_err(from_mysql)? {
                Some(row) => rows.push(row),
                None => return Ok(true),
            }
        }
        Ok(false)
    }

    /// Reads rows that nobody wants: some, and if there are more the server is told to stop. Says whether it was.
    ///
    /// A statement that writes is never stopped: it would have written nothing, and its session would not know.
    async fn throw_away<P: Protocol>(&self, result: &mut QueryResult<'_, '_, P>) -> Result<bool> {
        for _ in 0..UNWANTED_ROWS {
            if result.next().await.map_err(from_mysql)?.is_none() {
                return Ok(false);
            }
        }
        let stops = only_reads(self.sql, &DIALECT);
        if stops {
            self.canceller.cancel().await;
        }
        loop {
            for _ in 0..BATCH_ROWS {
                match result.next().await {
                    Ok(Some(_)) => {}
                    Ok(None) => return Ok(stops),
                    Err(error) if stops => return swallow_interruption(error).map(|()| true),
                    Err(error) => return Err(from_mysql(error)),
                }
            }
            // Much may be here already, and who waits for the end has a limit.
            yield_now().await;
        }
    }
}

/// A statement that was stopped because nobody wanted its rows has not failed.
fn swallow_interruption(error: mysql_async::Error) -> Result<()> {
    let error = from_mysql(error);
    if error.kind() == ErrorKind::Cancelled { Ok(()) } else { Err(error) }
}
