//! A blocking executor for one future, with a timer and without a runtime.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::{Duration, Instant},
};

thread_local! {
    /// When the future being polled on this thread wants to be polled again at the latest.
    static WAKE_AT: Cell<Option<Instant>> = const { Cell::new(None) };
    static POLLING: Cell<bool> = const { Cell::new(false) };
    /// One waker for each thread: making one costs as much as a quick query's bookkeeping.
    static UNPARK: RefCell<Option<(Arc<Unpark>, Waker)>> = const { RefCell::new(None) };
}

struct Unpark {
    thread: Thread,
    woken: AtomicBool,
}

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.woken.swap(true, Ordering::Release) {
            self.thread.unpark();
        }
    }
}

fn thread_waker() -> (Arc<Unpark>, Waker) {
    UNPARK.with_borrow_mut(|slot| {
        slot.get_or_insert_with(|| {
            let unpark = Arc::new(Unpark { thread: thread::current(), woken: AtomicBool::new(false) });
            (unpark.clone(), Waker::from(unpark))
        })
        .clone()
    })
}

/// Restores what an outer call on the same thread had, also when the future panics.
#[must_use]
pub(crate) struct Restore {
    polling: bool,
    wake_at: Option<Instant>,
}

impl Drop for Restore {
    fn drop(&mut self) {
        POLLING.set(self.polling);
        WAKE_AT.set(self.wake_at);
    }
}

/// Until what it gives is dropped, another executor polls on this thread, inside of what is polled here.
pub(super) fn suspend() -> Restore {
    Restore { polling: POLLING.replace(false), wake_at: WAKE_AT.take() }
}

/// Until what it gives is dropped, this thread counts as one that polls here.
#[inline]
pub(super) fn begin() -> Restore {
    Restore { polling: POLLING.replace(true), wake_at: WAKE_AT.take() }
}

/// Polls the future to its end on this thread, which sleeps in between.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let _restore = begin();
    // Most futures of a blocking engine are ready at once and never need to be woken.
    if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        return output;
    }
    let (unpark, waker) = thread_waker();
    let mut context = Context::from_waker(&waker);
    loop {
        unpark.woken.store(false, Ordering::Release);
        WAKE_AT.set(None);
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            // An outer call on this thread shares the flag, and what was meant for it may have been taken for ours.
            unpark.woken.store(true, Ordering::Release);
            return output;
        }
        while !unpark.woken.load(Ordering::Acquire) {
            match WAKE_AT.get() {
                None => thread::park(),
                Some(at) => match at.checked_duration_since(Instant::now()) {
                    Some(left) if !left.is_zero() => thread::park_timeout(left),
                    _ => break,
                },
            }
        }
    }
}

/// Polls the future on this thread, which sleeps in between; `None` when it was not there within `limit`.
///
/// For a driver that has to wait in the middle of a blocking operation. It may be called where futures are being
/// polled already, and then holds up whoever polls; the budget of a tokio task does not count inside.
pub fn block_on_for<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    block_on(timeout(limit, tokio::task::unconstrained(future)))
}

/// Whether this thread can be woken still.
pub(super) fn thread_lives() -> bool {
    UNPARK.try_with(|_| ()).is_ok()
}

/// Whether this thread is inside [`block_on`].
pub(crate) fn is_polling() -> bool {
    POLLING.get()
}

/// The future's output, or `None` after `limit`. Works inside [`block_on`] only.
pub(crate) async fn timeout<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    let deadline = Instant::now().checked_add(limit);
    let mut future = pin!(future);
    std::future::poll_fn(|cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        match deadline {
            Some(deadline) if Instant::now() >= deadline => Poll::Ready(None),
            Some(deadline) => {
                WAKE_AT.set(Some(WAKE_AT.get().map_or(deadline, |at| at.min(deadline))));
                Poll::Pending
            }
            None => Poll::Pending,
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_ends_without_anybody_waking_it() {
        let start = Instant::now();
        let output = block_on(timeout(Duration::from_millis(30), std::future::pending::<()>()));
        assert_eq!(output, None);
        assert!(start.elapsed() >= Duration::from_millis(30));
    }

    #[test]
    fn a_wake_from_another_thread_ends_the_wait() {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let thread = thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            sender.send(7)
        });
        assert_eq!(block_on(timeout(Duration::from_secs(60), receiver)), Some(Ok(7)));
        assert!(thread.join().is_ok());
    }

    #[tokio::test]
    async fn a_wait_inside_a_task_has_no_budget_and_leaves_the_outer_poll_alone() {
        while tokio::task::coop::has_budget_remaining() {
            tokio::task::coop::consume_budget().await;
        }
        let semaphore = tokio::sync::Semaphore::new(1);
        assert!(
            block_on_for(Duration::from_secs(60), semaphore.acquire()).is_some_and(|permit| permit.is_ok())
        );
        assert!(!is_polling());
    }

    #[test]
    fn a_wait_inside_a_wait_keeps_to_its_own_limit() {
        let inner = || block_on_for(Duration::from_millis(10), std::future::pending::<()>());
        assert_eq!(block_on(timeout(Duration::from_secs(60), async { inner() })), Some(None));
    }

    #[test]
    fn a_wait_inside_a_wait_takes_no_wake_of_the_outer_one() {
        let (outer, mut first) = tokio::sync::oneshot::channel();
        let (inner, second) = tokio::sync::oneshot::channel();
        let (mut outer, mut inner, mut second) = (Some(outer), Some(inner), Some(second));
        let mut polls = 0;
        let both = std::future::poll_fn(|cx| {
            if let Poll::Ready(got) = std::pin::Pin::new(&mut first).poll(cx) {
                return Poll::Ready(got);
            }
            polls += 1;
            // The first poll is made with another waker.
            if polls == 2
                && let (Some(outer), Some(inner), Some(second)) = (outer.take(), inner.take(), second.take())
            {
                let thread = thread::spawn(move || {
                    thread::sleep(Duration::from_millis(50));
                    let _ = outer.send(1);
                    thread::sleep(Duration::from_millis(50));
                    let _ = inner.send(2);
                });
                assert_eq!(block_on(second), Ok(2));
                assert!(thread.join().is_ok());
            }
            Poll::Pending
        });
        let start = Instant::now();
        assert_eq!(block_on(timeout(Duration::from_secs(5), both)), Some(Ok(1)));
        assert!(start.elapsed() < Duration::from_secs(5), "woken by the timer");
    }

    #[test]
    fn the_nearest_of_two_deadlines_counts() {
        let inner = timeout(Duration::from_millis(10), std::future::pending::<()>());
        assert_eq!(block_on(timeout(Duration::from_secs(60), inner)), Some(None));
    }
}
