use std::{fmt, marker::PhantomData};

/// An entity that a session holds until it is taken out: what `add` and `merge` give.
///
/// A token, as [`Savepoint`](crate::Savepoint) is: it borrows nothing, and the session that gave it knows if it still
/// holds the entity.
pub struct Tracked<E> {
    /// Tells the sessions of a process apart.
    pub(crate) session: u64,
    /// Counts the transactions of the session.
    pub(crate) transaction: u64,
    /// The place among what the session holds.
    pub(crate) place: usize,
    pub(crate) entity: PhantomData<fn() -> E>,
}

impl<E> Clone for Tracked<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Tracked<E> {}

impl<E> PartialEq for Tracked<E> {
    fn eq(&self, other: &Self) -> bool {
        (self.session, self.transaction, self.place) == (other.session, other.transaction, other.place)
    }
}

impl<E> Eq for Tracked<E> {}

impl<E> fmt::Debug for Tracked<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tracked").field("transaction", &self.transaction).field("place", &self.place).finish()
    }
}
