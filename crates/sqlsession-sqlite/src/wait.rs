use std::{
    future::{Future, pending, poll_fn},
    pin::pin,
    task::Poll,
    time::{Duration, Instant},
};

use sqlsession_core::runtime;

use crate::{guard::Guard, place::Place};

/// How a wait ended.
#[derive(Debug)]
pub(crate) enum Waited<T> {
    /// What was waited for came.
    For(T),
    /// The operation was cancelled.
    Cancelled,
    /// The time was over.
    Late,
}

/// Waits for this, until then, unless the operation is cancelled.
pub(crate) async fn wait_for<T>(
    place: &Place,
    guard: &Guard,
    until: Instant,
    future: impl Future<Output = T>,
) -> Waited<T> {
    let mut cancelled = pin!(guard.cancelled());
    let mut future = pin!(future);
    let either = poll_fn(|context| {
        if cancelled.as_mut().poll(context).is_ready() {
            return Poll::Ready(Waited::Cancelled);
        }
        future.as_mut().poll(context).map(Waited::For)
    });
    match place {
        Place::Here => {
            let left = until.saturating_duration_since(Instant::now());
            runtime::block_on_for(left, either).unwrap_or(Waited::Late)
        }
        Place::Pool(runtime) => {
            let mut sleep = pin!({
                let _runtime = runtime.enter();
                tokio::time::sleep_until(until.into())
            });
            let mut either = pin!(either);
            poll_fn(|context| match either.as_mut().poll(context) {
                Poll::Pending => sleep.as_mut().poll(context).map(|()| Waited::Late),
                ready => ready,
            })
            .await
        }
    }
}

/// Sleeps. False means that the operation was cancelled meanwhile.
pub(crate) async fn sleep(place: &Place, guard: &Guard, time: Duration) -> bool {
    !matches!(wait_for(place, guard, Instant::now() + time, pending::<()>()).await, Waited::Cancelled)
}
