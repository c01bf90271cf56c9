use std::{future::poll_fn, pin::Pin, sync::Arc, task::Poll};

use futures_util::Stream as _;
use sqlsession_core::{
    Result, Value,
    driver::{Outcome, Request, RowSender, ServerTransaction},
    statement::{begins_as_query, only_reads},
};
use tokio_postgres::RowStream;

use super::{
    execute::open_once,
    limit::Limit,
    postgres_connection::Inner,
    prepared::{Plan, Prepared},
    riding::Riding,
};
use crate::{
    driver::DIALECT,
    error::from_postgres,
    rows::{PgColumns, Rows},
    types::{Bound, Declared, check, check_undescribed},
};

/// A batch ends with so many rows, or so many bytes of them, or when the next row has not come yet.
const BATCH_ROWS: usize = 512;
const BATCH_BYTES: usize = 256 * 1024;

impl Inner {
    /// Runs a statement and hands its rows on as they come.
    ///
    /// A reader that goes away leaves the rest to be read and thrown away, unless a cursor gave the rows. An error in the
    /// rest of a query is nobody's; that of anything else tells that what it wrote is not there.
    pub(super) async fn stream(&mut self, request: Request, rows: RowSender) -> Result<Outcome> {
        let begin = self.begin_apart(request.begin, request.options.timeout).await?;
        let riding = Riding { begin: begin.as_deref(), commit: false };
        let in_transaction = begin.is_some() || self.server.transaction() == ServerTransaction::Open;
        // A cursor is for queries only; WITH may lead to something else.
        if request.options.batch_rows > 0 && in_transaction && begins_as_query(request.text.sql()) {
            return self.stream_by_cursor(&request, riding, &rows).await;
        }
        let canceller = Arc::clone(&self.canceller);
        let limit = Limit::new(&*canceller, request.options.timeout);
        let handed = self.stream_plainly(&request, riding, &rows, limit).await?;
        // The rest takes as long as it takes: the transaction is to go on. Who cannot wait drops the session.
        let mut outcome = Outcome::default();
        match handed {
            Handed::Whole(affected) => outcome.rows_affected = affected,
            Handed::Left(stream) if only_reads(request.text.sql(), &DIALECT) => {
                drop(stream);
                if !self.server.is_stuck() {
                    self.server.all_answered().await;
                }
            }
            Handed::Left(stream) => outcome.rows_affected = throw_away(stream).await?,
        }
        Ok(outcome)
    }

    async fn stream_plainly(
        &mut self,
        request: &Request,
        riding: Riding<'_>,
        rows: &RowSender,
        mut limit: Limit<'_>,
    ) -> Result<Handed> {
        let alone = self.is_alone(riding.begin.is_some());
        let opening = async {
            let opened = self.open(request, riding).await;
            if self.has_to_run_again(&opened, request.text.sql(), alone).await {
                return self.open(request, riding).await;
            }
            opened
        };
        let Opened { stream, columns } = limit.wait(opening).await?;
        hand_on(Box::pin(stream), columns, rows, limit).await
    }

    /// Has the statement run, up to its first row.
    async fn open(&mut self, request: &Request, riding: Riding<'_>) -> Result<Opened> {
        let (sql, values) = (request.text.sql(), &request.values);
        match self.prepared.plan(sql, values) {
            Plan::Prepared(prepared) => self.open_prepared(prepared, values, riding).await,
            _ if self.prepared.keeps() => {
                // A type that is new cannot be asked for while rows are on their way.
                check_undescribed(sql, values)?;
                let prepared = self.prepare(sql, Declared::of(values), riding).await?;
                self.open_prepared(prepared, values, Riding::default()).await
            }
            _ => {
                check_undescribed(sql, values)?;
                self.hear_out().await?;
                self.server.await_description();
                let opening = open_once(&self.client, sql, values);
                let opened = riding.carry(&self.client, &self.server, opening).await;
                let columns = self.server.description();
                let columns = columns.map(|description| self.columns_so_far(&description));
                opened.map(|stream| Opened { stream, columns })
            }
        }
    }

    async fn open_prepared(
        &mut self,
        prepared: Prepared,
        values: &[Value],
        riding: Riding<'_>,
    ) -> Result<Opened> {
        let Prepared { statement, columns, .. } = prepared;
        check(values, statement.params())?;
        let opening = async {
            self.client.query_raw(&statement, values.iter().map(Bound)).await.map_err(from_postgres)
        };
        let opened = riding.carry(&self.client, &self.server, opening).await;
        opened.map(|stream| Opened { stream, columns })
    }
}

struct Opened {
    stream: RowStream,
    columns: Option<Arc<PgColumns>>,
}

/// What has become of the rows of a statement.
enum Handed {
    /// They were read to their end. The number of rows the statement was about.
    Whole(Option<u64>),
    /// The reader has gone before the end.
    Left(Pin<Box<RowStream>>),
}

/// Hands rows on in batches.
async fn hand_on(
    mut stream: Pin<Box<RowStream>>,
    columns: Option<Arc<PgColumns>>,
    rows: &RowSender,
    mut limit: Limit<'_>,
) -> Result<Handed> {
    let mut first = true;
    let mut read = Rows::default();
    loop {
        let ended = limit.wait(read_batch(stream.as_mut(), &mut read, columns.as_ref())).await;
        if (first || !read.is_empty())
            && let Some(columns) = &columns
            && !limit.hand_on(rows, read.take().batch(Arc::clone(columns))).await
            && matches!(ended, Ok(false))
        {
            return Ok(Handed::Left(stream));
        }
        first = false;
        if ended? {
            return Ok(Handed::Whole(stream.rows_affected()));
        }
    }
}

/// Reads rows that nobody wants, and gives the number of rows the statement was about.
async fn throw_away(mut stream: Pin<Box<RowStream>>) -> Result<Option<u64>> {
    while let Some(row) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
        row.map_err(from_postgres)?;
    }
    Ok(stream.rows_affected())
}

/// Adds the rows that are here, at least one, and says whether the end has come.
async fn read_batch(
    mut stream: Pin<&mut RowStream>,
    rows: &mut Rows,
    columns: Option<&Arc<PgColumns>>,
) -> Result<bool> {
    let mut count = 0;
    let mut bytes = 0;
    poll_fn(|cx| {
        loop {
            match stream.as_mut().poll_next(cx) {
                Poll::Pending if count == 0 => return Poll::Pending,
                Poll::Pending => return Poll::Ready(Ok(false)),
                Poll::Ready(None) => return Poll::Ready(Ok(true)),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(from_postgres(error))),
                Poll::Ready(Some(Ok(row))) => {
                    bytes += row.raw_size_bytes();
                    count += 1;
                    rows.push(row, || columns.cloned());
                    if count >= BATCH_ROWS || bytes >= BATCH_BYTES {
                        return Poll::Ready(Ok(false));
                    }
                }
            }
        }
    })
    .await
}
