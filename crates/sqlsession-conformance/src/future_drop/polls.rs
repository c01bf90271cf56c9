use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

/// Polls the future so many times, waiting for its wake-ups in between, and drops it. Its output, if it was ready by
/// then.
pub(super) async fn drop_after<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut polled = 0;
    poll_fn(|cx| {
        if polled == polls {
            return Poll::Ready(None);
        }
        polled += 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if polled == polls => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn counts_polls() {
        let yields_twice = || async {
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
            7
        };
        assert_eq!(drop_after(yields_twice(), 0).await, None);
        assert_eq!(drop_after(yields_twice(), 2).await, None);
        assert_eq!(drop_after(yields_twice(), 3).await, Some(7));
    }
}
