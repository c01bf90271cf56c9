use std::{
    future::{Future, poll_fn},
    ops::DerefMut,
    pin::Pin,
    task::{Context, Poll},
};

/// A request whose future was polled once: what it has to send is in the connection's queue, unless it failed at once.
pub(super) struct Sent<P: DerefMut<Target: Future>> {
    request: Pin<P>,
    /// What the first poll gave, after which the future must not be polled again.
    ready: Option<<P::Target as Future>::Output>,
}

impl<P: DerefMut<Target: Future>> Sent<P> {
    pub(super) async fn new(mut request: Pin<P>) -> Self {
        let ready = poll_fn(|cx| match request.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => Poll::Ready(None),
        })
        .await;
        Self { request, ready }
    }

    /// What the request gave at once, before any answer can have come.
    pub(super) fn ready(&self) -> Option<&<P::Target as Future>::Output> {
        self.ready.as_ref()
    }
}

// Nothing here is pinned but what a pointer points to.
impl<P: DerefMut<Target: Future>> Unpin for Sent<P> {}

impl<P: DerefMut<Target: Future>> Future for Sent<P> {
    type Output = <P::Target as Future>::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.ready.take() {
            Some(output) => Poll::Ready(output),
            None => self.request.as_mut().poll(cx),
        }
    }
}
