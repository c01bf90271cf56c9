use std::{
    future::Future,
    pin::pin,
    task::{Context, Waker},
};

use tokio::task::coop::consume_budget;

use super::mysql_connection::{Inner, MysqlConnection};

/// The connection of an operation that has not ended. Dropped with it, its socket is closed here and now.
///
/// mysql_async closes a connection in the background, after it has read all that is on its way: however much that is,
/// and as long as it takes, the server would hold the locks of the transaction.
pub(super) struct Unfinished(Option<MysqlConnection>);

impl Unfinished {
    pub(super) fn new(connection: MysqlConnection) -> Self {
        Self(Some(connection))
    }

    /// `None` once it is taken.
    pub(super) fn inner(&mut self) -> Option<&mut Inner> {
        self.0.as_mut().map(|connection| &mut *connection.0)
    }

    pub(super) fn take(&mut self) -> Option<MysqlConnection> {
        self.0.take()
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(MysqlConnection(inner)) = self.0.take() {
            let mut context = Context::from_waker(Waker::noop());
            use_up_budget(&mut context);
            // Once it has begun to say goodbye it does nothing more when it is dropped.
            let _ = pin!(inner.conn.disconnect()).poll(&mut context);
        }
    }
}

/// More than tokio's budget for one poll of a task.
const POLLS: usize = 256;

/// Takes what is left of the running task's budget, so that nothing is read for it now.
fn use_up_budget(context: &mut Context<'_>) {
    let _ = (0..POLLS).any(|_| pin!(consume_budget()).poll(context).is_pending());
}
