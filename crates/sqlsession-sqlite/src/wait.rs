use std::{
    future::{Future, pending, poll_fn},
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::{Duration, Instant},
};

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
        Place::Here => park(pin!(tokio::task::unconstrained(either)), until).unwrap_or(Waited::Late),
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

/// Polls this on the caller's thread, which sleeps in between; `None` when the time is over.
fn park<F: Future>(mut future: Pin<&mut F>, until: Instant) -> Option<F::Output> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return Some(output);
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        thread::park_timeout(left);
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
