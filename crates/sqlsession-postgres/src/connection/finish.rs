use std::time::Duration;

use sqlsession_core::{
    Error, ErrorKind, Result,
    driver::{Cancel, DriverConnection as _, Finished, Outcome},
};
use tokio::time::timeout;

use super::{
    limit::{CANCEL_LIMIT, Limit},
    postgres_connection::{Inner, PostgresConnection},
};
use crate::{error::from_postgres, wire::CopiedOut};

/// How long the server may take to say that it is ready after an error.
pub(super) const LIMIT: Duration = Duration::from_secs(5);

impl PostgresConnection {
    /// The end of an operation: waits until the server's word is true again.
    pub(super) async fn finish(mut self, result: Result<Outcome>) -> Finished<Self> {
        let result = result.map_err(|error| self.0.explain(error));
        self.0.settle(result.as_ref().err()).await;
        // Only now is it known what it has led to.
        let result = result.map_err(|error| self.0.explain_copy_out(error));
        let connection = self.is_usable().then_some(self);
        Finished { connection, result }
    }
}

impl Inner {
    /// Whether an operation has ended well and its server's word is true: most have, and nothing is left to be done.
    pub(super) fn is_settled(&self, result: &Result<Outcome>) -> bool {
        result.is_ok()
            && self.is_usable()
            && !self.server.is_stuck()
            && self.server.is_answered()
            && !self.canceller.is_sent()
    }

    pub(super) fn is_usable(&self) -> bool {
        !self.spoilt && !self.server.is_unclean() && !self.client.is_closed()
    }

    /// Waits for what the server still has to say, so that its last word is the present state.
    async fn settle(&mut self, error: Option<&Error>) {
        self.spoilt |= self.server.is_stuck() || error.is_some_and(Error::is_disconnect);
        if !self.spoilt && self.server.copied_out() == CopiedOut::Begun {
            // Nobody reads it. Where it takes long it is stopped, so that it is known how it has ended.
            if timeout(LIMIT, self.server.all_answered()).await.is_err() {
                self.canceller.cancel().await;
                self.spoilt |= timeout(CANCEL_LIMIT, self.server.all_answered()).await.is_err();
            }
        }
        if !self.spoilt && self.canceller.was_sent() && error.map(Error::kind) != Some(ErrorKind::Cancelled) {
            // The request may come late, and must not hit the next statement: this one takes it.
            let _ = timeout(LIMIT, self.client.batch_execute("")).await;
        }
        if !self.spoilt
            && !self.server.is_answered()
            && timeout(LIMIT, self.server.all_answered()).await.is_err()
        {
            self.spoilt = true;
        }
    }

    /// What made the server close the connection is more than that it did.
    fn explain(&self, error: Error) -> Error {
        if self.server.is_stuck() {
            let words = "COPY … FROM STDIN is no statement: use PostgresClient::copy_in, or bulk_insert";
            return Error::new(ErrorKind::Unsupported, words).with_cause(error);
        }
        if error.kind() != ErrorKind::ConnectionLost || error.code().is_some() {
            return error;
        }
        match self.client.parting_words() {
            Some(words) => Error::new(ErrorKind::ConnectionLost, words.to_owned()).with_cause(error),
            None => error,
        }
    }

    /// COPY … TO STDOUT as a statement: tokio-postgres does not know what to make of its answer, the server has run it.
    fn explain_copy_out(&mut self, error: Error) -> Error {
        let copied = self.server.copied_out();
        if copied == CopiedOut::Nothing || error.kind() != ErrorKind::Database || error.code().is_some() {
            return error;
        }
        self.server.forget_copied_out();
        let (kind, what_else) = match copied {
            CopiedOut::Committed => {
                (ErrorKind::StatementCommitted, "; it has run all the same, and is committed")
            }
            CopiedOut::Begun => (ErrorKind::CommitUnknown, "; nobody knows how it has ended"),
            _ => (ErrorKind::Unsupported, ""),
        };
        self.spoilt |= kind != ErrorKind::Unsupported;
        let words = format!("COPY … TO STDOUT is no statement: use PostgresClient::copy_out{what_else}");
        Error::new(kind, words).with_cause(error)
    }

    /// Lets a statement run for so long, then has it cancelled and waits for its end.
    pub(super) async fn bounded<T>(
        canceller: &dyn Cancel,
        limit: Option<Duration>,
        statement: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        Limit::new(canceller, limit).wait(statement).await
    }

    /// Says between two parts of an operation whether it is to go on.
    ///
    /// # Errors
    /// `Cancelled` where it was cancelled: that may have hit nothing, and would not stop what comes next.
    pub(super) async fn goes_on(&self) -> Result<()> {
        if !self.canceller.is_sent() {
            return Ok(());
        }
        // What was not hit is hit here, or nothing is.
        self.send("").await?;
        Err(Error::new(ErrorKind::Cancelled, "the statement was stopped before it was sent"))
    }

    /// Sends a text as it is and reads its answers.
    pub(super) async fn send(&self, sql: &str) -> Result<()> {
        self.client.batch_execute(sql).await.map_err(from_postgres)
    }
}
