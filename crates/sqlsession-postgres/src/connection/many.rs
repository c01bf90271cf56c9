use std::{collections::VecDeque, sync::Arc};

use sqlsession_core::{
    Error, ErrorKind, Result, Value,
    driver::{Begin, ManyRequest, Outcome, ServerTransaction},
};
use tokio::time::timeout;
use tokio_postgres::{Client, Statement};

use super::{commit::commit, finish::LIMIT, postgres_connection::Inner, riding::Riding, sent::Sent};
use crate::{
    error::from_postgres,
    types::{Bound, Declared, check},
    wire::ServerState,
};

/// Sets that may be on their way at once: enough to hide a round trip, and bounded in memory.
const WINDOW: usize = 1024;

impl Inner {
    /// Runs one statement with each set of values, as one pipeline.
    ///
    /// Outside of a transaction the sets are a transaction of their own: the server would run those behind one that
    /// fails, which nobody wants.
    pub(super) async fn execute_many(&mut self, request: ManyRequest) -> Result<Outcome> {
        let own = request.begin.is_none() && self.server.transaction() == ServerTransaction::Idle;
        let begin = if own { Some(Begin::default()) } else { request.begin };
        let limit = request.options.timeout;
        let begin = self.begin_apart(begin, limit).await?;
        let riding = Riding { begin: begin.as_deref(), commit: request.commit };
        let canceller = Arc::clone(&self.canceller);
        let result = Self::bounded(&*canceller, limit, self.run_many(&request, riding)).await;
        if own {
            self.end_own(result.as_ref().err()).await?;
        }
        let mut outcome = Outcome::default();
        outcome.rows_affected = Some(result?);
        Ok(outcome)
    }

    /// Ends a transaction that holds one call, which has failed or not, and nothing else.
    pub(super) async fn end_own(&mut self, failed: Option<&Error>) -> Result<()> {
        if let Some(error) = failed {
            // It is the one to tell. A connection that is lost is closed, and its transaction with it.
            if !error.is_disconnect() {
                let undone = timeout(LIMIT, self.undo_own()).await;
                self.spoilt |= !matches!(undone, Ok(Ok(())));
            }
            return Ok(());
        }
        self.server.all_answered().await;
        if self.server.transaction() == ServerTransaction::Idle {
            return Ok(());
        }
        commit(&self.client, &self.server).await.map_err(|error| match error.kind() {
            ErrorKind::ConnectionLost => error.with_kind(ErrorKind::CommitUnknown),
            _ => error,
        })
    }

    async fn undo_own(&self) -> Result<()> {
        self.server.all_answered().await;
        match self.server.transaction() {
            ServerTransaction::Idle => Ok(()),
            _ => self.send("ROLLBACK").await,
        }
    }

    /// Runs the statement with each set, and once more if it lost its plan and was alone.
    async fn run_many(&mut self, request: &ManyRequest, riding: Riding<'_>) -> Result<u64> {
        let alone = self.is_alone(riding.begin.is_some());
        let result = self.attempt_many(request, riding).await;
        if self.has_to_run_again(&result, request.text.sql(), alone).await {
            return self.attempt_many(request, riding).await;
        }
        result
    }

    async fn attempt_many(&mut self, request: &ManyRequest, riding: Riding<'_>) -> Result<u64> {
        let sql = request.text.sql();
        // BEGIN rides with what goes out first.
        let (prepared, riding) = match self.prepared.get(sql, &request.sets) {
            Some(prepared) => (prepared.clone(), riding),
            None => {
                let preparing = Riding { commit: false, ..riding };
                let prepared = self.prepare(sql, Declared::of_all(&request.sets), preparing).await?;
                self.goes_on().await?;
                (prepared, Riding { begin: None, ..riding })
            }
        };
        for set in &request.sets {
            check(set, prepared.statement.params())?;
        }
        // One that is not kept is closed before COMMIT: behind a pooler another session would be told to.
        let commit_rides = riding.commit && self.prepared.keeps();
        let begins = riding.begin.is_some();
        let sending =
            send_all(&self.client, &self.server, &prepared.statement, &request.sets, begins, commit_rides);
        let rows = Riding { commit: false, ..riding }.carry(&self.client, &self.server, sending).await?;
        drop(prepared);
        if riding.commit && !commit_rides {
            commit(&self.client, &self.server).await?;
        }
        Ok(rows)
    }
}

/// Sends set after set, then COMMIT if that is wanted, and sums up the rows. The first error ends it: the server makes
/// a ROLLBACK of a COMMIT that is on its way then.
///
/// If a BEGIN rides with the first set the others wait for its answer: each is a request of its own, and would be durable
/// by itself if BEGIN failed.
async fn send_all(
    client: &Client,
    server: &ServerState,
    statement: &Statement,
    sets: &[Vec<Value>],
    begins: bool,
    commit_rides: bool,
) -> Result<u64> {
    let mut window = if begins { 1 } else { WINDOW };
    let mut sets = sets.iter();
    let mut waiting = VecDeque::with_capacity(WINDOW.min(sets.len()));
    let mut committing = None;
    let mut rows = 0;
    loop {
        while waiting.len() < window
            && let Some(set) = sets.next()
        {
            let sent = Sent::new(Box::pin(client.execute_raw(statement, set.iter().map(Bound)))).await;
            if matches!(sent.ready(), Some(Err(_))) {
                // It was not sent, and neither may the COMMIT be.
                return sent.await.map_err(from_postgres);
            }
            waiting.push_back(sent);
        }
        if commit_rides && committing.is_none() && sets.len() == 0 {
            committing = Some(Sent::new(Box::pin(commit(client, server))).await);
        }
        let Some(set) = waiting.pop_front() else { break };
        rows += set.await.map_err(from_postgres)?;
        window = WINDOW;
    }
    if let Some(committing) = committing {
        committing.await?;
    }
    Ok(rows)
}
