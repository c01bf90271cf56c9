use std::{collections::VecDeque, future::poll_fn, pin::Pin, task::Poll};

use sqlsession_core::{
    ErrorKind, Result, Value,
    driver::{Begin, ManyRequest, Outcome, ServerTransaction},
};
use tokio_postgres::{Client, Statement};

use super::{postgres_connection::Inner, prepared::Prepared, riding::Riding};
use crate::{
    error::from_postgres,
    types::{Bound, Declared, check},
};

/// Sets that may be on their way at once: enough to hide a round trip, and bounded in memory.
const WINDOW: usize = 512;

impl Inner {
    /// Runs one statement with each set of values, as one pipeline.
    ///
    /// Outside of a transaction the sets are a transaction of their own: the server would run those behind one that
    /// fails, which nobody wants.
    pub(super) async fn execute_many(&mut self, request: ManyRequest) -> Result<Outcome> {
        let own = request.begin.is_none() && self.server.transaction() == ServerTransaction::Idle;
        let begin = if own { Some(Begin::default()) } else { request.begin };
        let begin = self.begin_apart(begin).await?;
        let riding = Riding::new(begin, request.commit);
        let result = match self.run_many(&request, riding).await {
            Err(error) if error.kind() == ErrorKind::SchemaChanged => {
                self.prepared.forget(request.text.sql());
                if !self.can_run_again(riding).await {
                    return Err(error);
                }
                self.run_many(&request, riding).await
            }
            result => result,
        };
        if own {
            self.end_own(result.is_ok()).await?;
        }
        let mut outcome = Outcome::default();
        outcome.rows_affected = Some(result?);
        Ok(outcome)
    }

    /// Ends a transaction that holds one call and nothing else.
    pub(super) async fn end_own(&mut self, succeeded: bool) -> Result<()> {
        self.server.all_answered().await;
        match (succeeded, self.server.transaction()) {
            (_, ServerTransaction::Idle) => Ok(()),
            (true, _) => self.send("COMMIT").await.map_err(|error| match error.kind() {
                ErrorKind::ConnectionLost => error.with_kind(ErrorKind::CommitUnknown),
                _ => error,
            }),
            // The error that led here is the one to tell.
            (false, _) => {
                self.spoilt |= self.send("ROLLBACK").await.is_err();
                Ok(())
            }
        }
    }

    async fn run_many(&mut self, request: &ManyRequest, riding: Riding) -> Result<u64> {
        let sql = request.text.sql();
        // BEGIN rides with what goes out first.
        let (prepared, riding) = match self.prepared.get(sql, &request.sets) {
            Some(prepared) => (prepared, riding),
            None => {
                let declared = Declared::of_all(&request.sets);
                let types = declared.types();
                let preparing = async { self.client.prepare_typed(sql, &types).await.map_err(from_postgres) };
                let begun =
                    Riding { commit: false, ..riding }.carry(&self.client, &self.server, preparing).await;
                let prepared = Prepared::new(begun?, declared);
                self.prepared.insert(sql, prepared.clone());
                (prepared, Riding { begin: None, ..riding })
            }
        };
        for set in &request.sets {
            check(set, prepared.statement.params())?;
        }
        let sending = send_all(&self.client, &prepared.statement, &request.sets);
        // COMMIT waits until all sets are known to be good; it would overtake those beyond the window.
        let carried = Riding { commit: false, ..riding }.carry(&self.client, &self.server, sending);
        let result = Self::bounded(&*self.canceller, request.options.timeout, carried).await;
        self.note_riding(&result);
        let rows = result?;
        // One that is not kept is closed before COMMIT: behind a pooler another session would be told to.
        drop(prepared);
        if riding.commit {
            self.send("COMMIT").await?;
        }
        Ok(rows)
    }
}

/// Sends set after set and sums up the rows. The first error ends it, when those behind it are answered too.
async fn send_all(client: &Client, statement: &Statement, sets: &[Vec<Value>]) -> Result<u64> {
    let mut sets = sets.iter();
    let mut waiting = VecDeque::with_capacity(WINDOW.min(sets.len()));
    let mut rows = 0;
    loop {
        while waiting.len() < WINDOW
            && let Some(set) = sets.next()
        {
            let mut sending = Box::pin(client.execute_raw(statement, set.iter().map(Bound)));
            // Its first poll puts it in the queue.
            let first = poll_fn(|cx| Poll::Ready(sending.as_mut().poll(cx))).await;
            waiting.push_back((sending, first));
        }
        let Some((sending, first)) = waiting.pop_front() else { return Ok(rows) };
        rows += finished(sending, first).await.map_err(from_postgres)?;
    }
}

/// The result of a future that may have been ready at its first poll, after which it must not be polled again.
async fn finished<T>(sending: Pin<Box<impl Future<Output = T>>>, first: Poll<T>) -> T {
    match first {
        Poll::Ready(result) => result,
        Poll::Pending => sending.await,
    }
}
