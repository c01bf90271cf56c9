/// A savepoint, as [`begin_nested`](super::Connection::begin_nested) gives it.
///
/// It is a name, not a guard: dropping it does nothing. It ends by `release` or `rollback_to`, or with its transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Savepoint {
    /// The transaction it belongs to.
    pub(super) transaction: u64,
    pub(super) number: u32,
}
