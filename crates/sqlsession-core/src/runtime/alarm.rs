//! One thread for the limits of all who stand in line.
//!
//! A timer of a runtime's for each of them costs more than all else that waiting does, most are never needed, and it rings
//! only where that runtime turns.

use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Condvar, Mutex, MutexGuard, PoisonError, Weak},
    task::Waker,
    thread,
    time::Instant,
};

/// What others wait at, with a limit.
pub(crate) trait Limited: Send + Sync {
    /// Those who have waited until now for long enough, to be woken, and when the next one will have.
    fn overdue(&self, now: Instant) -> (Vec<Waker>, Option<Instant>);
}

/// Has the line asked at this time, and again whenever it says so. The line may be locked meanwhile: none is asked with the
/// clock locked.
///
/// # Errors
/// There is no thread to be had.
pub(crate) fn set(at: Instant, line: Weak<dyn Limited>) -> io::Result<()> {
    let mut clock = ALARM.lock();
    if !clock.is_running {
        thread::Builder::new().name("sqlsession-alarm".to_owned()).spawn(run)?;
        clock.is_running = true;
    }
    clock.calls.push(Reverse(Call { at, line }));
    ALARM.has_new.notify_one();
    Ok(())
}

static ALARM: Alarm = Alarm {
    clock: Mutex::new(Clock { calls: BinaryHeap::new(), is_running: false }),
    has_new: Condvar::new(),
};

struct Alarm {
    clock: Mutex<Clock>,
    has_new: Condvar,
}

struct Clock {
    /// The next one first.
    calls: BinaryHeap<Reverse<Call>>,
    /// Whether there is the thread, which ends when it has nothing to wait for.
    is_running: bool,
}

struct Call {
    at: Instant,
    line: Weak<dyn Limited>,
}

impl Alarm {
    fn lock(&self) -> MutexGuard<'_, Clock> {
        // Nothing that is not ours runs while it is locked.
        self.clock.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn run() {
    let mut clock = ALARM.lock();
    loop {
        let Some(Reverse(next)) = clock.calls.peek() else {
            clock.is_running = false;
            return;
        };
        let (at, now) = (next.at, Instant::now());
        if now < at {
            let waited = ALARM.has_new.wait_timeout(clock, at - now);
            clock = waited.unwrap_or_else(PoisonError::into_inner).0;
        } else if let Some(Reverse(Call { line, .. })) = clock.calls.pop() {
            drop(clock);
            let next = catch_unwind(AssertUnwindSafe(|| ask(&line, now))).unwrap_or_default();
            clock = ALARM.lock();
            clock.calls.extend(next.map(|at| Reverse(Call { at, line })));
        }
    }
}

/// Wakes who is overdue. Gives when the next one will be.
fn ask(line: &Weak<dyn Limited>, now: Instant) -> Option<Instant> {
    let (wakers, next) = line.upgrade()?.overdue(now);
    for waker in wakers {
        // A waker that panics takes nobody along.
        let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
    }
    next
}

impl Ord for Call {
    fn cmp(&self, other: &Self) -> Ordering {
        self.at.cmp(&other.at)
    }
}

impl PartialOrd for Call {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Call {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl Eq for Call {}

#[cfg(test)]
mod tests {
    use std::{
        sync::{Arc, mpsc},
        time::Duration,
    };

    use super::*;

    /// Tells when it is asked, and what it answers.
    struct Told(mpsc::Sender<Instant>, Mutex<Vec<Duration>>);

    impl Limited for Told {
        fn overdue(&self, now: Instant) -> (Vec<Waker>, Option<Instant>) {
            self.0.send(now).unwrap();
            let next = self.1.lock().unwrap().pop().map(|time| now + time);
            (vec![Waker::from(Arc::new(Panics))], next)
        }
    }

    struct Panics;

    impl std::task::Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic!("as it was told");
        }
    }

    #[test]
    fn a_line_is_asked_in_time_as_often_as_it_says_whatever_its_wakers_do() {
        let (sender, asked) = mpsc::channel();
        let line = |again| Arc::new(Told(sender.clone(), Mutex::new(again)));
        let (once, twice) = (line(Vec::new()), line(vec![Duration::from_millis(5)]));
        let gone = Arc::downgrade(&line(Vec::new()));
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        set(at(60), Arc::downgrade(&once) as Weak<dyn Limited>).unwrap();
        set(at(20), gone).unwrap();
        set(at(20), Arc::downgrade(&twice) as Weak<dyn Limited>).unwrap();
        let times: Vec<_> = asked.iter().take(3).collect();
        for (time, millis) in times.iter().zip([20, 25, 60]) {
            assert!(*time >= at(millis), "{millis}");
        }
        assert!(asked.try_recv().is_err(), "and no more");
    }
}
