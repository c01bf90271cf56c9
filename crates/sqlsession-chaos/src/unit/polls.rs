use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

/// Polls the future so many times, waiting for its wake-ups in between, and drops it. Its output, if it was ready by then.
pub(crate) async fn drop_after<F: Future>(future: F, polls: u64) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
