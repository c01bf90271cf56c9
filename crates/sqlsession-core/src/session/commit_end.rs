//! Who watches hears how a commit ended, also where its future was dropped.

use super::{driver_session::DriverSession, lane::Task};
use crate::{
    Error, ErrorKind, Result,
    driver::{Driver, Outcome},
    events::Listeners,
};

impl<D: Driver> DriverSession<D> {
    /// Tells of a commit on this connection, which may be gone by now.
    pub(super) fn tell_commit_ended(&self, connection: Option<u64>, error: Option<&Error>) {
        if let Some(connection) = connection {
            self.shared.listeners.tell_after_commit(connection, error);
        }
    }
}

/// Tells of the end of an operation whose user is gone, if it was a commit. Whether a transaction is open afterwards the
/// server has said, unless the connection is gone.
pub(super) fn tell_unheard(
    listeners: &Listeners,
    connection: u64,
    task: Task,
    result: Option<&Result<Outcome>>,
    is_open: Option<bool>,
) {
    match (task, result) {
        (Task::Commit, Some(Ok(_))) => listeners.tell_after_commit(connection, None),
        (Task::Unit, Some(Ok(_))) if is_open == Some(false) => listeners.tell_after_commit(connection, None),
        // The driver had left the commit to the session.
        (Task::Unit, Some(Ok(_))) if is_open == Some(true) => {}
        (Task::Commit | Task::Unit, Some(Err(error))) if !error.is_disconnect() => {
            listeners.tell_after_commit(connection, Some(error));
        }
        (Task::Commit | Task::Unit, _) => {
            let error = Error::new(ErrorKind::CommitUnknown, "the connection was lost under a commit");
            listeners.tell_after_commit(connection, Some(&error));
        }
        (
            Task::Statement
            | Task::Release(_)
            | Task::RollbackTo(_)
            | Task::Stream
            | Task::DurableStream
            | Task::Rollback,
            _,
        ) => {}
    }
}
