use std::{
    sync::{PoisonError, RwLock},
    time::{Duration, Instant},
};

use crate::{Error, ErrorKind};

/// That no connection can be made, for those who wait for one to come back that will not.
#[derive(Debug, Default)]
pub(super) struct Outage {
    /// When and how the last attempt to connect failed that did.
    last: RwLock<Option<(Instant, Error)>>,
}

impl Outage {
    /// An attempt failed. Says whether the server cannot be reached.
    pub(super) fn failed(&self, error: &Error) -> bool {
        *self.last.write().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), error.copy()));
        matches!(error.kind(), ErrorKind::ConnectionFailed | ErrorKind::ConnectTimeout)
    }

    /// The last attempt that failed, and how long ago that was.
    pub(super) fn last(&self) -> Option<(Duration, Error)> {
        let last = self.last.read().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().map(|(at, error)| (at.elapsed(), error.copy()))
    }

    /// What those are told who waited when the server could not be reached.
    pub(super) fn error(&self) -> Error {
        let unknown = || Error::new(ErrorKind::ConnectionFailed, "the server could not be reached");
        self.last().map_or_else(unknown, |(_, error)| error)
    }
}
