use std::time::Duration;

use mysql_async::prelude::Queryable as _;
use sqlsession_core::{
    Error, ErrorKind, Result,
    driver::{DriverConnection as _, Finished, Outcome},
};
use tokio::time::timeout;

use super::{
    cancel::Sent,
    mysql_connection::{Inner, MysqlConnection},
};
use crate::error::may_end_transaction;

/// How long the server may take to answer what is asked behind an operation.
const LIMIT: Duration = Duration::from_secs(5);

/// The number of the error of a statement that was stopped.
const INTERRUPTED: u16 = 1317;

impl MysqlConnection {
    /// The end of an operation: makes sure that what is known is true and that nothing is on its way any more.
    pub(super) async fn finish(mut self, result: Result<Outcome>) -> Finished<Self> {
        if timeout(LIMIT, self.0.settle(result.as_ref().err())).await.is_err() {
            self.0.spoilt = true;
        }
        let connection = self.is_usable().then_some(self);
        Finished { connection, result }
    }
}

impl Inner {
    async fn settle(&mut self, error: Option<&Error>) {
        if error.is_some_and(|error| error.kind() == ErrorKind::ConnectionLost) {
            // Nothing that is asked on it would be answered.
            self.spoilt = true;
            return;
        }
        let code = error.and_then(Error::code).and_then(|code| code.parse().ok());
        match self.canceller.take_sent() {
            // It may come at any time.
            Sent::Unanswered => self.spoilt = true,
            // It came late, and must not hit the next statement: this one takes it.
            Sent::Answered if code != Some(INTERRUPTED) => {
                let _ = self.conn.query_drop("DO 0").await;
            }
            Sent::Nothing | Sent::Answered => {}
        }
        if error.is_none() {
            return;
        }
        if !self.spoilt && (self.transaction.is_unsure() || code.is_some_and(may_end_transaction)) {
            self.spoilt |= self.conn.ping().await.is_err();
            self.transaction.note(&self.conn);
        }
    }
}
