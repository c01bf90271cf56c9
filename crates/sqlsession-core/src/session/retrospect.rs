use crate::{Error, ErrorKind};

/// What a session remembers of its unit of work, to tell whether it may run again from its start.
///
/// It is kept by the session because a unit's own error need not show what happened: it may be of any type.
#[derive(Debug, Default)]
pub(super) struct Retrospect {
    failure: Option<ErrorKind>,
    durable: bool,
}

impl Retrospect {
    /// A statement went well: a failure before it was not the unit's end.
    pub(super) fn succeeded(&mut self) {
        self.failure = None;
    }

    pub(super) fn failed(&mut self, error: &Error) {
        match error.kind() {
            // Refusals, which only follow from a failure before.
            ErrorKind::InvalidState | ErrorKind::Interrupted => {}
            ErrorKind::CommitUnknown | ErrorKind::StatementCommitted => self.durable = true,
            kind if is_transient(kind) => self.failure = Some(kind),
            _ => self.failure = None,
        }
    }

    /// Something has been committed, or may have been: run again, it would be done twice.
    pub(super) fn committed(&mut self) {
        self.durable = true;
    }

    /// COMMIT is about to be sent. Says what was so before, for [`not_committed`](Self::not_committed).
    pub(super) fn commits(&mut self) -> bool {
        std::mem::replace(&mut self.durable, true)
    }

    /// The COMMIT has failed for certain.
    pub(super) fn not_committed(&mut self, durable_before: bool) {
        self.durable = durable_before;
    }

    /// Why the unit failed, if the same unit may go well when it runs again.
    pub(super) fn reason(&self) -> Option<ErrorKind> {
        self.failure.filter(|_| !self.durable)
    }
}

/// Whether what failed so may go well the next time, and has left nothing behind.
fn is_transient(kind: ErrorKind) -> bool {
    use ErrorKind::{
        Busy, ConnectTimeout, ConnectionFailed, ConnectionLost, Deadlock, LockTimeout, SerializationFailure,
    };
    matches!(
        kind,
        SerializationFailure
            | Deadlock
            | Busy
            | LockTimeout
            | ConnectionLost
            | ConnectionFailed
            | ConnectTimeout
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(kinds: &[ErrorKind]) -> Retrospect {
        let mut retrospect = Retrospect::default();
        for kind in kinds {
            retrospect.failed(&Error::new(*kind, "scripted"));
        }
        retrospect
    }

    #[test]
    fn the_last_failure_decides() {
        use ErrorKind::{Deadlock, InvalidState, LockTimeout, UniqueViolation};
        assert_eq!(after(&[]).reason(), None);
        assert_eq!(after(&[Deadlock]).reason(), Some(Deadlock));
        assert_eq!(after(&[Deadlock, InvalidState]).reason(), Some(Deadlock), "what a refusal follows from");
        assert_eq!(after(&[LockTimeout, UniqueViolation]).reason(), None);
        let mut went_on = after(&[LockTimeout]);
        went_on.succeeded();
        assert_eq!(went_on.reason(), None);
    }

    #[test]
    fn nothing_is_done_twice() {
        use ErrorKind::{CommitUnknown, Deadlock, StatementCommitted};
        assert_eq!(after(&[CommitUnknown, Deadlock]).reason(), None);
        assert_eq!(after(&[StatementCommitted, Deadlock]).reason(), None);
        let mut committed = after(&[Deadlock]);
        committed.committed();
        assert_eq!(committed.reason(), None);
    }
}
