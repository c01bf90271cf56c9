use sqlsession_core::{Error, ErrorKind};

/// What has become of a transaction whose commit ended so.
pub(crate) fn of_commit(error: Option<&Error>) -> &'static str {
    match error.map(Error::kind) {
        None | Some(ErrorKind::StatementCommitted) => "commit",
        Some(ErrorKind::CommitUnknown) => UNKNOWN,
        // Whatever the reason, what is left is to roll back.
        Some(_) => "rollback",
    }
}

/// What nobody knows, as long as a commit is on its way or if its answer never came.
pub(crate) const UNKNOWN: &str = "unknown";
