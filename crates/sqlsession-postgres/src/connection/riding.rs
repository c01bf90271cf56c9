use std::{borrow::Cow, pin::pin};

use sqlsession_core::{
    Result,
    driver::{Begin, IsolationLevel, Request},
};
use tokio_postgres::Client;

use super::{commit::commit, sent::Sent};
use crate::wire::{Before, ServerState};

/// What goes out with a statement, in the same flight.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Riding<'r> {
    /// BEGIN before it, in the same request: one that fails takes the statement with it.
    pub(super) begin: Option<&'r str>,
    /// COMMIT after it, as a request of its own: the server makes a ROLLBACK of the COMMIT of a statement that failed.
    pub(super) commit: bool,
}

const BEGIN: &str = "BEGIN";

/// The text of a BEGIN.
pub(super) fn begin_sql(begin: Begin, level: Option<IsolationLevel>) -> Cow<'static, str> {
    let text = if begin.read_only { "BEGIN READ ONLY" } else { BEGIN };
    match level {
        Some(level) => format!("{text} ISOLATION LEVEL {level}").into(),
        None => text.into(),
    }
}

impl<'r> Riding<'r> {
    /// What rides with a request, of which this is the BEGIN.
    ///
    /// Both are left out where the server does the same by itself: not where the BEGIN says what transaction it is to be.
    pub(super) fn of(request: &Request, begin: Option<&'r str>) -> Self {
        if request.stands_alone && request.commit && begin == Some(BEGIN) {
            return Self::default();
        }
        Self { begin, commit: request.commit }
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
        self.begins(server, Before::Run);
        if self.commit { Box::pin(with_commit(client, server, statement)).await } else { statement.await }
    }

    /// Sends what prepares a statement with the BEGIN, and waits for all answers.
    pub(super) async fn carry_prepare<T>(
        self,
        server: &ServerState,
        preparing: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        self.begins(server, Before::Prepare);
        preparing.await
    }

    /// Has the BEGIN go out with what is sent next. It waits until the operation ends: one that is dropped may have its
    /// statement in the queue.
    pub(super) fn begins(self, server: &ServerState, before: Before) {
        if let Some(begin) = self.begin {
            server.begins(begin, before);
        }
    }
}

/// Sends the statement and a COMMIT behind it, and waits for both answers. The statement is as [`Riding::carry`] has it.
pub(super) async fn with_commit<T>(
    client: &Client,
    server: &ServerState,
    statement: impl Future<Output = Result<T>>,
) -> Result<T> {
    let statement = pin!(statement);
    let statement = Sent::new(statement).await;
    if matches!(statement.ready(), Some(Err(_))) {
        return statement.await;
    }
    let committing = Sent::new(Box::pin(commit(client, server))).await;
    let result = statement.await;
    if server.is_stuck() {
        // A server that waits for the data of a COPY has taken the COMMIT for something wrong among them.
        return result;
    }
    let committed = committing.await;
    result.and_then(|value| committed.map(|()| value))
}
