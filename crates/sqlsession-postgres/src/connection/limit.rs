use std::{pin::pin, sync::Arc, time::Duration};

use sqlsession_core::{
    Error, ErrorKind, Result,
    driver::{Cancel, RowSender},
    row::Batch,
};
use tokio::{
    task::yield_now,
    time::{Instant, timeout},
};

/// How long a statement may take to end once it was cancelled.
pub(super) const CANCEL_LIMIT: Duration = Duration::from_secs(10);

/// How long a statement may take, of which the parts are waited for one by one.
#[derive(Debug)]
pub(super) struct Limit<'c> {
    canceller: &'c dyn Cancel,
    /// What is left; `None` is no limit.
    left: Option<Duration>,
    /// It was reached. What is left is the time to end in.
    reached: bool,
}

impl<'c> Limit<'c> {
    pub(super) fn new(canceller: &'c dyn Cancel, limit: Option<Duration>) -> Self {
        Self { canceller, left: limit, reached: false }
    }

    /// Waits for a part. When there is no time left, the statement is cancelled and its end waited for.
    ///
    /// # Errors
    /// The part's. `StatementTimeout` where it was stopped; `ConnectionLost` where it does not end.
    pub(super) async fn wait<T>(&mut self, part: impl Future<Output = Result<T>>) -> Result<T> {
        let Some(left) = self.left else { return part.await };
        let mut part = pin!(part);
        let mut begun = Instant::now();
        let mut waited = timeout(left, part.as_mut()).await;
        if waited.is_err() && !self.reached {
            self.reached = true;
            self.canceller.cancel().await;
            self.left = Some(CANCEL_LIMIT);
            begun = Instant::now();
            waited = timeout(CANCEL_LIMIT, part).await;
        }
        self.left = self.left.map(|left| left.saturating_sub(begun.elapsed()));
        match waited {
            Ok(result) => result.map_err(|error| match error.kind() {
                ErrorKind::Cancelled if self.reached => error.with_kind(ErrorKind::StatementTimeout),
                _ => error,
            }),
            Err(elapsed) => {
                let words = "the statement took too long, and the server does not answer its cancel";
                Err(Error::new(ErrorKind::ConnectionLost, words).with_cause(elapsed))
            }
        }
    }

    /// Hands rows on, between two parts. False means that nobody reads any more.
    ///
    /// Who reads them polls this, and goes away with them: the next part begins when they come back, so that their time is
    /// not the statement's.
    pub(super) async fn hand_on(&self, rows: &RowSender, batch: Arc<dyn Batch>) -> bool {
        let wanted = rows.send(batch).await;
        if self.left.is_some() {
            yield_now().await;
        }
        wanted
    }
}
