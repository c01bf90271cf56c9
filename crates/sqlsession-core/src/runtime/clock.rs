use std::{
    future::{Future, poll_fn},
    mem,
    pin::pin,
    task::Poll,
    time::Duration,
};

use tokio::runtime::Handle;

use super::park;

/// The future's output, or `None` when it was not there in time.
///
/// The timer is that of whoever polls: the parking executor's or tokio's. No timer is touched when the future is ready
/// at once. Outside of both, the wait has no end.
pub(crate) async fn timeout<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    if let Poll::Ready(output) = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await {
        return Some(output);
    }
    timeout_of_pending(limit, future).await
}

/// As [`timeout`], of a future that has just been polled and is not ready.
async fn timeout_of_pending<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    if park::is_polling() {
        return park::timeout(limit, future).await;
    }
    let mut future = pin!(future);
    if Handle::try_current().is_err() {
        return Some(future.await);
    }
    // It would poll at once what has just been polled.
    let mut just_polled = true;
    let rest = poll_fn(|cx| match mem::take(&mut just_polled) {
        true => Poll::Pending,
        false => future.as_mut().poll(cx),
    });
    tokio::time::timeout(limit, rest).await.ok()
}

/// Lets a runtime that turns only while somebody blocks on it hear what has happened, and close what was dropped: once for
/// its events, once for those who wait for them.
pub(crate) async fn turn() {
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
}

/// Waits. Outside of both, where nobody could end the wait, it does not.
pub(crate) async fn sleep(time: Duration) {
    if park::is_polling() || Handle::try_current().is_ok() {
        timeout(time, std::future::pending::<()>()).await;
    }
}
