use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long one step may take: a wait for a connection, connecting, a statement with its timeout and its cancel.
const STEP_LIMIT: Duration = Duration::from_secs(40);

/// How long a commit may take, which nothing cancels: as long as the network may be silent.
const COMMIT_LIMIT: Duration = Duration::from_secs(75);

/// Where a worker is, so that one that hangs can be named.
#[derive(Debug)]
pub(crate) struct Desk {
    name: String,
    place: Mutex<Place>,
}

#[derive(Debug)]
struct Place {
    step: &'static str,
    transfer: i64,
    since: Instant,
}

impl Desk {
    pub(crate) const COMMITTING: &'static str = "committing";
    const AWAY: &'static str = "gone";

    pub(crate) fn new(name: String) -> Self {
        let place = Place { step: "beginning", transfer: 0, since: Instant::now() };
        Self { name, place: Mutex::new(place) }
    }

    pub(crate) fn takes(&self, transfer: i64) {
        self.change(|place| place.transfer = transfer);
    }

    pub(crate) fn is_at(&self, step: &'static str) {
        self.change(|place| place.step = step);
    }

    pub(crate) fn leaves(&self) {
        self.is_at(Self::AWAY);
    }

    fn change(&self, change: impl FnOnce(&mut Place)) {
        let mut place = self.place.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut place);
        place.since = Instant::now();
    }

    pub(crate) fn is_left(&self) -> bool {
        self.place.lock().unwrap_or_else(PoisonError::into_inner).step == Self::AWAY
    }

    /// Who hangs where, if somebody does.
    pub(crate) fn hangs(&self) -> Option<String> {
        let place = self.place.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = if place.step == Self::COMMITTING { COMMIT_LIMIT } else { STEP_LIMIT };
        let elapsed = place.since.elapsed();
        (place.step != Self::AWAY && elapsed > limit).then(|| {
            format!(
                "{} hangs: it has been {} for {:.0} s (transfer {})",
                self.name,
                place.step,
                elapsed.as_secs_f64(),
                place.transfer
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desk_since(step: &'static str, elapsed: Duration) -> Desk {
        let desk = Desk::new("task 7".into());
        desk.takes(42);
        desk.is_at(step);
        desk.place.lock().unwrap().since = Instant::now().checked_sub(elapsed).unwrap();
        desk
    }

    #[test]
    fn who_hangs_is_named_with_the_step_and_the_transfer() {
        let who = desk_since("reading a balance", STEP_LIMIT + Duration::from_secs(1)).hangs().unwrap();
        assert_eq!(who, "task 7 hangs: it has been reading a balance for 41 s (transfer 42)");
        assert_eq!(desk_since("reading a balance", STEP_LIMIT / 2).hangs(), None);
        assert_eq!(
            desk_since(Desk::COMMITTING, STEP_LIMIT * 3 / 2).hangs(),
            None,
            "a commit may take longer"
        );
        assert!(desk_since(Desk::COMMITTING, COMMIT_LIMIT * 2).hangs().is_some());
        assert_eq!(desk_since(Desk::AWAY, COMMIT_LIMIT * 2).hangs(), None);
    }
}
