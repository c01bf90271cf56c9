use std::pin::pin;

use futures_util::future::join;
use sqlsession_core::{Error, ErrorKind, Result, driver::Begin};
use tokio_postgres::Client;

use super::{commit::commit, sent::Sent};
use crate::{error::from_postgres, wire::ServerState};

/// What goes out around a statement, in the same flight.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Riding {
    /// BEGIN before it.
    pub(super) begin: Option<&'static str>,
    /// COMMIT after it.
    pub(super) commit: bool,
}

/// The text of a BEGIN that no server refuses, so that it may ride. A level that a server may refuse is not part of it.
pub(super) fn begin_text(begin: Begin) -> &'static str {
    if begin.read_only { "BEGIN READ ONLY" } else { "BEGIN" }
}

impl Riding {
    pub(super) fn new(begin: Option<Begin>, commit: bool) -> Self {
        Self { begin: begin.map(begin_text), commit }
    }

    /// Whether nothing goes out but the statement.
    pub(super) fn is_empty(self) -> bool {
        self.begin.is_none() && !self.commit
    }

    /// Sends the statement and what rides with it, and waits for all answers.
    ///
    /// If a COMMIT rides behind it, the statement must send all it has to at its first poll, and read all its answers.
    /// One that fails before it is sent keeps the COMMIT back.
    pub(super) async fn carry<T>(
        self,
        client: &Client,
        server: &ServerState,
        statement: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        if self.is_empty() {
            return statement.await;
        }
        let begin = pin!(async {
            let Some(begin) = self.begin else { return Ok(()) };
            server.begins();
            client.batch_execute(begin).await
        });
        let statement = pin!(statement);
        let begin = Sent::new(begin).await;
        let statement = Sent::new(statement).await;
        let unsent = matches!(statement.ready(), Some(Err(_)));
        let committing = if self.commit && !unsent {
            Some(Sent::new(Box::pin(commit(client, server))).await)
        } else {
            None
        };
        let (begun, result) = join(begin, statement).await;
        let committed = match committing {
            // A server that waits for the data of a COPY has taken the COMMIT for something wrong among them.
            Some(committing) if !server.is_stuck() => committing.await,
            _ => Ok(()),
        };
        // It makes a ROLLBACK of the COMMIT of a statement that failed.
        together(begun, result.and_then(|value| committed.map(|()| value)))
    }
}

/// A statement whose BEGIN failed has run outside of any transaction: each request is a unit of its own to the server.
fn together<T>(begun: Result<(), tokio_postgres::Error>, result: Result<T>) -> Result<T> {
    let Err(error) = begun.map_err(from_postgres) else { return result };
    if error.is_disconnect() || result.is_err() {
        return Err(error);
    }
    let message = format!(
        "BEGIN failed and the statement sent with it did not, so that it is committed: {}",
        error.message()
    );
    Err(Error::new(ErrorKind::StatementCommitted, message).with_cause(error))
}
