use std::{
    pin::pin,
    sync::{PoisonError, RwLock},
    time::{Duration, Instant},
};

use tokio::sync::Notify;

use super::close::Closing;
use crate::{Error, ErrorKind};

/// That no connection can be made, for those who wait for one to come back that will not.
#[derive(Debug, Default)]
pub(super) struct Outage {
    /// When and how the last attempt to connect failed that did.
    last: RwLock<Option<(Instant, Error)>>,
    /// Tells those who wait, also of the end of the engine, so that they listen to one thing only.
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

    /// The engine has ended.
    pub(super) fn ends(&self) {
        self.told.notify_waiters();
    }

    /// The error of an attempt that fails from now on while nothing is live; `None` when the engine has ended.
    pub(super) async fn heard(&self, closing: &Closing) -> Option<Error> {
        let mut told = pin!(self.told.notified());
        told.as_mut().enable();
        if closing.has_begun() {
            return None;
        }
        told.await;
        if closing.has_begun() {
            return None;
        }
        let unknown = || Error::new(ErrorKind::ConnectionFailed, "the server could not be reached");
        Some(self.last().map_or_else(unknown, |(_, error)| error))
    }
}
