use std::{
    collections::VecDeque,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
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
    waiting: VecDeque<(u64, Waker)>,
    /// Those who have been given something, or sent away with nothing, and have not been polled since. By ticket.
    served: VecDeque<(u64, Option<T>)>,
}

impl<T> Default for Line<T> {
    fn default() -> Self {
        let queue = Queue { last_ticket: 0, waiting: VecDeque::new(), served: VecDeque::new() };
        Self(Mutex::new(queue))
    }
}

impl<T> Line<T> {
    pub(super) fn lock(&self) -> MutexGuard<'_, Queue<T>> {
        // What may panic while it is locked is a waker's clone, before anything has changed.
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
    pub(super) fn join(&mut self, waker: Waker) -> u64 {
        self.last_ticket += 1;
        self.waiting.push_back((self.last_ticket, waker));
        self.last_ticket
    }

    /// Gives it to the first who waits, who is to be woken when the line is free; back where nobody does.
    pub(super) fn give(&mut self, given: T) -> Result<Waker, T> {
        let Some((ticket, waker)) = self.waiting.pop_front() else { return Err(given) };
        self.served.push_back((ticket, Some(given)));
        Ok(waker)
    }

    /// Sends all away who wait. They are to be woken when the line is free.
    pub(super) fn send_away(&mut self) -> Vec<Waker> {
        let (tickets, wakers): (Vec<_>, Vec<_>) = self.waiting.drain(..).unzip();
        self.served.extend(tickets.into_iter().map(|ticket| (ticket, None)));
        wakers
    }

    /// What was given and has not been fetched.
    pub(super) fn given(&mut self) -> impl Iterator<Item = &mut T> {
        self.served.iter_mut().filter_map(|(_, given)| given.as_mut())
    }

    fn waker_of(&mut self, ticket: u64) -> Option<&mut Waker> {
        let place = place_of(&self.waiting, ticket)?;
        self.waiting.get_mut(place).map(|(_, waker)| waker)
    }

    fn stop_waiting(&mut self, ticket: u64) -> Option<Waker> {
        let place = place_of(&self.waiting, ticket)?;
        self.waiting.remove(place).map(|(_, waker)| waker)
    }

    fn fetch(&mut self, ticket: u64) -> Option<Option<T>> {
        let place = place_of(&self.served, ticket)?;
        self.served.remove(place).map(|(_, given)| given)
    }
}

fn place_of<V>(by_ticket: &VecDeque<(u64, V)>, ticket: u64) -> Option<usize> {
    by_ticket.binary_search_by_key(&ticket, |(ticket, _)| *ticket).ok()
}
