use std::time::Duration;

use mysql_async::prelude::Queryable as _;
use sqlsession_core::{
    Error, ErrorKind, Result,
    driver::{DriverConnection as _, Finished, Outcome, Sent},
};
use tokio::time::timeout;

use super::mysql_connection::{Inner, MysqlConnection};
use crate::error::may_end_transaction;

/// How long the server may take to answer what is asked behind an operation.
pub(super) const LIMIT: Duration = Duration::from_secs(5);

/// The number of the error of a statement that was stopped; MySQL tells it also where the connection is ended.
const INTERRUPTED: u16 = 1317;

impl MysqlConnection {
    /// The end of an operation: makes sure that what is known is true and that nothing is on its way any more.
    pub(super) async fn finish(self, result: Result<Outcome>) -> Finished<Self> {
        let sent = self.0.canceller.take_sent();
        if result.is_err() || sent != Sent::Nothing {
            return Box::pin(self.finish_settled(sent, result)).await;
        }
        // Nothing was waited for, so that no other can have been sent since.
        let connection = self.is_usable().then_some(self);
        Finished { connection, result }
    }

    async fn finish_settled(mut self, sent: Sent, result: Result<Outcome>) -> Finished<Self> {
        let killed = timeout(LIMIT, self.0.settle(sent, result.as_ref().err())).await.unwrap_or_else(|_| {
            self.0.spoilt = true;
            false
        });
        let result = result.map_err(|error| match killed {
            true => error.with_kind(ErrorKind::ConnectionLost),
            false => error,
        });
        // One that came while this was settled could hit whoever is next.
        self.0.spoilt |= self.0.canceller.take_sent() != Sent::Nothing;
        let connection = self.is_usable().then_some(self);
        Finished { connection, result }
    }
}

impl Inner {
    /// Says whether what stopped the statement from outside has ended the connection as well.
    async fn settle(&mut self, sent: Sent, error: Option<&Error>) -> bool {
        if error.is_some_and(Error::is_disconnect) {
            // Nothing that is asked on it would be answered.
            self.spoilt = true;
            return false;
        }
        let code = error.and_then(Error::code).and_then(|code| code.parse().ok());
        let was_stopped_by_others = !self.absorb(sent).await && code == Some(INTERRUPTED);
        if error.is_none() {
            return false;
        }
        let is_unsure =
            self.transaction.is_in_doubt() || was_stopped_by_others || code.is_some_and(may_end_transaction);
        if !self.spoilt && is_unsure {
            self.spoilt |= self.conn.ping().await.is_err();
            self.transaction.note(&self.conn);
            return self.spoilt && was_stopped_by_others;
        }
        false
    }

    /// Lets a KILL of ours that may have come late hit a statement that does nothing. Says whether there was one.
    ///
    /// A statement that ended by a KILL may have had two, of which the second is still to hit.
    pub(super) async fn absorb_kill(&mut self) -> bool {
        let sent = self.canceller.take_sent();
        self.absorb(sent).await
    }

    async fn absorb(&mut self, sent: Sent) -> bool {
        match sent {
            Sent::Nothing => return false,
            // It may come at any time.
            Sent::Unanswered => self.spoilt = true,
            Sent::Answered => {
                let _ = self.conn.query_drop("DO 0").await;
                // What was stopped has not said it.
                self.transaction.note(&self.conn);
            }
        }
        true
    }
}
