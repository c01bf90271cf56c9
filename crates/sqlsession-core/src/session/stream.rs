use std::{
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use futures_core::Stream;

use super::{Connection, execute::StartedStream};
use crate::{
    Error, Result,
    driver::RowReceiver,
    events::RunningStatement,
    row::{BatchCursor, Columns, Decoder, FromRow, Row},
    statement::only_reads,
};

/// Rows as they come, in batches that are bounded in memory.
///
/// It holds the session, which cannot be used for anything else before the stream is dropped. Dropped early, the rest
/// is not read; what the driver has on its way is thrown away at the session's next use. A statement that may write, which
/// is any but SELECT, VALUES and TABLE, is run to its end all the same, unless its transaction is rolled back: if it fails
/// there, the session's next use gives that error, and does nothing else. In AUTOCOMMIT that is true of `rollback` and `close`
/// too, which end the session all the same, and a session that is dropped has it run on, however long that takes; a blocking
/// one waits for it.
pub struct RowStream<'s> {
    session: &'s mut dyn Connection,
    receiver: RowReceiver,
    cursor: Option<BatchCursor>,
    columns: Arc<Columns>,
    /// How the operation failed, while batches that it had sent are still read.
    failure: Option<Error>,
    ended: bool,
    sql: Arc<str>,
    watched: Option<RunningStatement>,
}

impl<'s> RowStream<'s> {
    /// Waits for the first batch, so that an error of the statement is an error of the call.
    pub(super) async fn open(session: &'s mut dyn Connection, started: StartedStream) -> Result<Self> {
        let StartedStream { receiver, sql, watched } = started;
        let mut stream = Self {
            session,
            receiver,
            cursor: None,
            columns: Columns::new(Vec::<String>::new()),
            failure: None,
            ended: false,
            sql,
            watched,
        };
        if let Some(cursor) = poll_fn(|cx| stream.poll_batch(cx)).await.transpose()? {
            stream.columns = cursor.columns().clone();
            stream.cursor = Some(cursor);
        }
        stream.session.stream_opened();
        Ok(stream)
    }

    /// The columns; none for a statement that returns no rows.
    #[must_use]
    pub fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    /// The next row.
    ///
    /// # Errors
    /// What the server says in the middle of the result. After an error, and after the end, there are no more rows.
    ///
    /// Cancel safe.
    pub async fn next(&mut self) -> Option<Result<Row>> {
        poll_fn(|cx| self.poll_row(cx)).await
    }

    /// The next rows as values of a type: all that are here, at least one; `None` at the end.
    ///
    /// # Errors
    /// As [`next`](Self::next), and when a row does not fit the type.
    ///
    /// Cancel safe.
    pub async fn next_batch<T: FromRow>(&mut self) -> Option<Result<Vec<T>>> {
        poll_fn(|cx| self.poll_has_row(cx)).await.map(|result| {
            result?;
            let decoder = Decoder::new(&self.columns)?;
            let mut rows = Vec::new();
            if let Some(cursor) = &mut self.cursor {
                let waiting = cursor.remaining();
                cursor.decode_into(&decoder, waiting, &mut rows)?;
            }
            Ok(rows)
        })
    }

    /// The same rows as values of a type.
    ///
    /// # Errors
    /// When the columns do not fit the type.
    pub fn typed<T: FromRow>(self) -> Result<TypedRows<'s, T>> {
        let decoder = Decoder::new(&self.columns)?;
        Ok(TypedRows { rows: self, decoder })
    }

    fn poll_row(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Row>>> {
        match ready!(self.poll_has_row(cx)) {
            None => Poll::Ready(None),
            Some(Err(error)) => Poll::Ready(Some(Err(error))),
            Some(Ok(())) => Poll::Ready(self.cursor.as_mut().and_then(BatchCursor::next_row).map(Ok)),
        }
    }

    /// Makes sure that the cursor stands before a row.
    fn poll_has_row(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<()>>> {
        loop {
            if self.cursor.as_ref().is_some_and(|cursor| cursor.remaining() > 0) {
                return Poll::Ready(Some(Ok(())));
            }
            match ready!(self.poll_batch(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(cursor)) => self.cursor = Some(cursor),
            }
        }
    }

    fn poll_batch(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<BatchCursor>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        // The operation has to be polled for batches to come; what it sent before it ended is read first.
        let over = self.session.poll_running(cx).map(|result| {
            if let Err(error) = result {
                self.failure = Some(error.with_statement(self.sql.clone()));
            }
        });
        if let Some(batch) = ready!(self.receiver.poll_next(cx)) {
            return Poll::Ready(Some(Ok(BatchCursor::new(batch))));
        }
        ready!(over);
        self.ended = true;
        if let Some(watched) = self.watched.take() {
            watched.end(self.failure.as_ref());
        }
        Poll::Ready(self.failure.take().map(Err))
    }
}

impl Stream for RowStream<'_> {
    type Item = Result<Row>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_row(cx)
    }
}

impl Drop for RowStream<'_> {
    fn drop(&mut self) {
        let has_lost = self.failure.as_ref().is_some_and(Error::is_disconnect);
        if !self.ended && (has_lost || !only_reads(&self.sql, self.session.dialect())) {
            self.session.stream_left(self.sql.clone(), self.failure.take());
        }
        // Left early, it has read what it wanted to.
        if let Some(watched) = self.watched.take() {
            watched.end(None);
        }
    }
}

impl std::fmt::Debug for RowStream<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RowStream").field("columns", &self.columns).finish_non_exhaustive()
    }
}

/// Rows of a [`RowStream`] as values of a type.
#[derive(Debug)]
pub struct TypedRows<'s, T> {
    rows: RowStream<'s>,
    decoder: Decoder<T>,
}

impl<T: FromRow> TypedRows<'_, T> {
    /// The next row.
    ///
    /// # Errors
    /// What the server says, and when the row does not fit the type.
    ///
    /// Cancel safe.
    pub async fn next(&mut self) -> Option<Result<T>> {
        poll_fn(|cx| self.poll_typed(cx)).await
    }

    fn poll_typed(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        match ready!(self.rows.poll_has_row(cx)) {
            None => Poll::Ready(None),
            Some(Err(error)) => Poll::Ready(Some(Err(error))),
            Some(Ok(())) => {
                Poll::Ready(self.rows.cursor.as_mut().and_then(|cursor| cursor.next_decoded(&self.decoder)))
            }
        }
    }
}

impl<T: FromRow + Unpin> Stream for TypedRows<'_, T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_typed(cx)
    }
}
