use std::{
    collections::VecDeque,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Instant,
};

/// Those who wait, in the order in which they came.
///
/// What is given to the line belongs to the first of them from then on, who fetches it when next polled. Nobody else can
/// take it meanwhile, and it is nobody's only while the line is locked.
#[derive(Debug)]
pub(super) struct Line<T>(Mutex<Queue<T>>);

/// A line that is locked.
#[derive(Debug)]
pub(super) struct Queue<T> {
    last_ticket: u64,
    /// By ticket.
    waiting: VecDeque<(u64, Waiting)>,
    /// Those who have been given something, or sent away with nothing, and have not been polled since. By ticket.
    served: VecDeque<(u64, Option<T>)>,
    /// Whether somebody looks for those who are overdue.
    is_watched: bool,
}

#[derive(Debug)]
struct Waiting {
    waker: Waker,
    /// None waits longer than one behind it.
    until: Option<Instant>,
}

impl<T> Default for Line<T> {
    fn default() -> Self {
        let (waiting, served) = (VecDeque::new(), VecDeque::new());
        let queue = Queue { last_ticket: 0, waiting, served, is_watched: false };
        Self(Mutex::new(queue))
    }
}

impl<T> Line<T> {
    pub(super) fn lock(&self) -> MutexGuard<'_, Queue<T>> {
        // What may panic while it is locked is a waker's clone, before anything has changed but that it is watched.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ready with what this one has been given, or with `None` when it was sent away. It has left the line then.
    pub(super) fn poll(&self, ticket: u64, cx: &mut Context<'_>) -> Poll<Option<T>> {
        // A waker is dropped behind the lock: it may be the last of a task, in whose futures others stand in line.
        let _former;
        let mut queue = self.lock();
        if let Some(given) = queue.fetch(ticket) {
            return Poll::Ready(given);
        }
        let Some(waker) = queue.waker_of(ticket) else { return Poll::Ready(None) };
        if !waker.will_wake(cx.waker()) {
            _former = mem::replace(waker, cx.waker().clone());
        }
        Poll::Pending
    }

    /// Leaves the line, with what is to be given to somebody else then.
    pub(super) fn leave(&self, ticket: u64) -> Option<T> {
        let _former;
        let mut queue = self.lock();
        _former = queue.stop_waiting(ticket);
        queue.fetch(ticket).flatten()
    }
}

impl<T> Queue<T> {
    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Stands at the end of the line from now on. Gives the ticket to ask with.
    pub(super) fn join(&mut self, waker: Waker, until: Option<Instant>) -> u64 {
        self.last_ticket += 1;
        self.waiting.push_back((self.last_ticket, Waiting { waker, until }));
        self.last_ticket
    }

    /// Whether nobody has looked for those who are overdue. From now on somebody does.
    pub(super) fn wants_to_be_watched(&mut self) -> bool {
        !mem::replace(&mut self.is_watched, true)
    }

    /// Nobody looks for those who are overdue.
    pub(super) fn is_watched_no_more(&mut self) {
        self.is_watched = false;
    }

    /// Those who are overdue, who are to be woken when the line is free and leave it by themselves, and when the next one will
    /// be. Without one it is watched no more.
    pub(super) fn overdue(&mut self, now: Instant) -> (Vec<Waker>, Option<Instant>) {
        let mut waiting = self.waiting.iter_mut().map(|(_, waiting)| waiting);
        let mut wakers = Vec::new();
        let next = waiting.find_map(|waiting| {
            let until = waiting.until.filter(|until| *until > now);
            if until.is_none() {
                // Taken, for a clone may panic. Who is woken leaves another when polled.
                wakers.push(mem::replace(&mut waiting.waker, Waker::noop().clone()));
            }
            until
        });
        self.is_watched = next.is_some();
        (wakers, next)
    }

    /// Gives it to the first who waits, who is to be woken when the line is free; back where nobody does.
    pub(super) fn give(&mut self, given: T) -> Result<Waker, T> {
        let Some((ticket, first)) = self.waiting.pop_front() else { return Err(given) };
        self.served.push_back((ticket, Some(given)));
        Ok(first.waker)
    }

    /// Sends all away who wait. They are to be woken when the line is free.
    pub(super) fn send_away(&mut self) -> Vec<Waker> {
        let all = self.waiting.drain(..).map(|(ticket, waiting)| (ticket, waiting.waker));
        let (tickets, wakers): (Vec<_>, Vec<_>) = all.unzip();
        self.served.extend(tickets.into_iter().map(|ticket| (ticket, None)));
        wakers
    }

    /// What was given and has not been fetched.
    pub(super) fn given(&mut self) -> impl Iterator<Item = &mut T> {
        self.served.iter_mut().filter_map(|(_, given)| given.as_mut())
    }

    fn waker_of(&mut self, ticket: u64) -> Option<&mut Waker> {
        let place = place_of(&self.waiting, ticket)?;
        self.waiting.get_mut(place).map(|(_, waiting)| &mut waiting.waker)
    }

    fn stop_waiting(&mut self, ticket: u64) -> Option<Waker> {
        let place = place_of(&self.waiting, ticket)?;
        self.waiting.remove(place).map(|(_, waiting)| waiting.waker)
    }

    fn fetch(&mut self, ticket: u64) -> Option<Option<T>> {
        let place = place_of(&self.served, ticket)?;
        self.served.remove(place).map(|(_, given)| given)
    }
}

fn place_of<V>(by_ticket: &VecDeque<(u64, V)>, ticket: u64) -> Option<usize> {
    by_ticket.binary_search_by_key(&ticket, |(ticket, _)| *ticket).ok()
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        task::Wake,
        time::Duration,
    };

    use super::*;

    fn asks<T>(line: &Line<T>, ticket: u64) -> Poll<Option<T>> {
        line.poll(ticket, &mut Context::from_waker(Waker::noop()))
    }

    fn joins<T>(line: &Line<T>) -> u64 {
        line.lock().join(Waker::noop().clone(), None)
    }

    #[test]
    fn who_came_first_is_served_first() {
        let line = Line::default();
        assert!(line.lock().give('a').is_err(), "nobody waits");
        let tickets = [joins(&line), joins(&line), joins(&line)];
        assert!(line.lock().give('b').is_ok() && line.lock().give('c').is_ok());
        assert_eq!(line.lock().len(), 1);
        assert_eq!(line.lock().given().count(), 2);
        assert_eq!(asks(&line, tickets[2]), Poll::Pending);
        assert_eq!(asks(&line, tickets[1]), Poll::Ready(Some('c')));
        assert_eq!(asks(&line, tickets[0]), Poll::Ready(Some('b')));
        assert_eq!(asks(&line, tickets[0]), Poll::Ready(None), "it has left");
    }

    #[test]
    fn who_leaves_is_passed_over_and_gives_on_what_it_had() {
        let line = Line::default();
        let tickets = [joins(&line), joins(&line), joins(&line)];
        assert_eq!(line.leave(tickets[1]), None);
        assert!(line.lock().give('a').is_ok());
        assert_eq!(line.leave(tickets[0]), Some('a'));
        assert!(line.lock().give('b').is_ok());
        assert_eq!(asks(&line, tickets[2]), Poll::Ready(Some('b')));
        assert!(line.lock().give('c').is_err());
    }

    #[test]
    fn who_is_sent_away_keeps_what_it_was_given_before() {
        let line = Line::default();
        let tickets = [joins(&line), joins(&line), joins(&line)];
        assert!(line.lock().give('a').is_ok());
        assert_eq!(line.lock().send_away().len(), 2);
        assert!(line.lock().is_empty() && line.lock().give('b').is_err());
        assert_eq!(asks(&line, tickets[1]), Poll::Ready(None));
        assert_eq!(line.leave(tickets[2]), None);
        assert_eq!(asks(&line, tickets[0]), Poll::Ready(Some('a')));
    }

    #[test]
    fn who_is_overdue_is_woken_and_the_line_is_watched_for_the_next() {
        let line = Line::<char>::default();
        let now = Instant::now();
        let at = |millis| Some(now + Duration::from_millis(millis));
        assert!(line.lock().wants_to_be_watched() && !line.lock().wants_to_be_watched());
        let joins = |until| line.lock().join(Waker::noop().clone(), until);
        let tickets = [joins(at(10)), joins(at(20)), joins(at(30))];
        let overdue = |millis| {
            let (wakers, next) = line.lock().overdue(now + Duration::from_millis(millis));
            (wakers.len(), next)
        };
        assert_eq!(overdue(5), (0, at(10)));
        assert_eq!(overdue(20), (2, at(30)));
        assert_eq!(asks(&line, tickets[0]), Poll::Pending, "it leaves by itself");
        assert!(!line.lock().wants_to_be_watched());
        assert_eq!(overdue(30), (3, None));
        assert!(line.lock().wants_to_be_watched());
    }

    struct Counts(AtomicUsize);

    impl Wake for Counts {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn who_is_overdue_and_asks_again_is_woken_again() {
        let line = Line::default();
        let counts = Arc::new(Counts(AtomicUsize::new(0)));
        let waker = Waker::from(counts.clone());
        let now = Instant::now();
        let ticket = line.lock().join(waker.clone(), Some(now));
        let wakes = || line.lock().overdue(now).0.into_iter().for_each(Waker::wake);
        wakes();
        assert_eq!(counts.0.load(Ordering::Relaxed), 1);
        assert_eq!(line.poll(ticket, &mut Context::from_waker(&waker)), Poll::Pending);
        wakes();
        assert_eq!(counts.0.load(Ordering::Relaxed), 2);
        assert_eq!(line.poll(ticket, &mut Context::from_waker(&waker)), Poll::Pending);
        line.lock().give('a').unwrap().wake();
        assert_eq!(counts.0.load(Ordering::Relaxed), 3);
        assert_eq!(asks(&line, ticket), Poll::Ready(Some('a')));
    }

    /// A waker that is all that is left of a task, in which somebody stands in line.
    struct LastOfATask(Arc<Line<char>>, u64);

    impl Wake for LastOfATask {
        fn wake(self: Arc<Self>) {}
    }

    impl Drop for LastOfATask {
        fn drop(&mut self) {
            assert_eq!(self.0.leave(self.1), None);
        }
    }

    #[test]
    fn a_waker_may_ask_for_the_line_when_it_is_dropped() {
        let line = Arc::new(Line::default());
        let waker = |ticket| Waker::from(Arc::new(LastOfATask(line.clone(), ticket)));
        let others = [joins(&line), joins(&line)];
        let replaced = line.lock().join(waker(others[0]), None);
        assert_eq!(asks(&line, replaced), Poll::Pending);
        assert_eq!(line.lock().len(), 2, "one has left with the waker");
        let left = line.lock().join(waker(others[1]), None);
        assert_eq!(line.leave(left), None);
        assert_eq!(line.lock().len(), 1);
    }
}
