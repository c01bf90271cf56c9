use std::{
    sync::{PoisonError, RwLock},
    time::{Duration, Instant},
};

use tokio::sync::Notify;

use crate::{Error, ErrorKind};

/// That no connection can be made, for those who wait for one to come back that will not.
#[derive(Debug, Default)]
pub(super) struct Outage {
    /// When and how the last attempt to connect failed that did.
    last: RwLock<Option<(Instant, Error)>>,
    told: Notify,
}

impl Outage {
    /// An attempt failed. If nothing is `live` and the server cannot be reached, all who wait are told.
    pub(super) fn failed(&self, error: &Error, live: bool) {
        *self.last.write().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), error.copy()));
        if !live && matches!(error.kind(), ErrorKind::ConnectionFailed | ErrorKind::ConnectTimeout) {
            self.told.notify_waiters();
        }
    }

    /// The last attempt that failed, and how long ago that was.
    pub(super) fn last(&self) -> Option<(Duration, Error)> {
        let last = self.last.read().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().map(|(at, error)| (at.elapsed(), error.copy()))
    }

    /// The error of an attempt that fails from now on while nothing is live.
    pub(super) async fn heard(&self) -> Error {
        self.told.notified().await;
        let unknown = || Error::new(ErrorKind::ConnectionFailed, "the server could not be reached");
        self.last().map_or_else(unknown, |(_, error)| error)
    }
}
