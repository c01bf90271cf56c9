use std::{
    mem,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker},
};

/// A request to stop what runs, which one future waits for.
///
/// It is looked at whenever a statement waits for its server, for which tokio's `Notify` is long.
#[derive(Debug, Default)]
pub(super) struct Asked {
    is_set: AtomicBool,
    /// Whom to tell.
    waker: Mutex<Option<Waker>>,
}

impl Asked {
    pub(super) fn is_set(&self) -> bool {
        self.is_set.load(Ordering::Acquire)
    }

    pub(super) fn set(&self) {
        self.is_set.store(true, Ordering::Release);
        if let Some(waker) = self.exchange(None) {
            waker.wake();
        }
    }

    pub(super) fn reset(&self) {
        self.is_set.store(false, Ordering::Release);
    }

    /// What waits for it.
    pub(super) fn listener(&self) -> Listener<'_> {
        Listener { asked: self, is_registered: false }
    }

    /// Gives the waker that was there, to be woken or dropped when the lock is open again: that may run any code.
    fn exchange(&self, waker: Option<Waker>) -> Option<Waker> {
        mem::replace(&mut self.held(), waker)
    }

    fn held(&self) -> MutexGuard<'_, Option<Waker>> {
        self.waker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for a request. Dropped, it leaves no waker behind, which would keep the memory of its task.
pub(super) struct Listener<'a> {
    asked: &'a Asked,
    is_registered: bool,
}

impl Listener<'_> {
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let is_known =
            self.is_registered && self.asked.held().as_ref().is_some_and(|waker| waker.will_wake(cx.waker()));
        if !is_known {
            self.asked.exchange(Some(cx.waker().clone()));
            self.is_registered = true;
        }
        // Who has asked before the waker was there could not tell it.
        if self.asked.is_set() { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for Listener<'_> {
    fn drop(&mut self) {
        if self.is_registered {
            self.asked.exchange(None);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{Arc, atomic::AtomicUsize},
        task::Wake,
    };

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn who_waits_is_told_and_kept_no_longer() {
        let asked = Asked::default();
        let counts = [(); 2].map(|()| Arc::new(Count::default()));
        let told = || counts.each_ref().map(|count| count.0.load(Ordering::Relaxed));
        let mut listener = asked.listener();
        for count in counts.iter().chain(&counts) {
            let waker = Waker::from(Arc::clone(count));
            assert!(listener.poll(&mut Context::from_waker(&waker)).is_pending());
        }
        assert_eq!(told(), [0, 0]);
        asked.set();
        assert_eq!(told(), [0, 1]);
        assert!(listener.poll(&mut Context::from_waker(Waker::noop())).is_ready());
        asked.reset();
        let waker = Waker::from(Arc::clone(&counts[0]));
        assert!(listener.poll(&mut Context::from_waker(&waker)).is_pending());
        drop((listener, waker));
        assert!(counts.iter().all(|count| Arc::strong_count(count) == 1));
        asked.set();
        assert_eq!(told(), [0, 1]);
    }
}
