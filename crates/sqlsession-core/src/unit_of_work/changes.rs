/// What a session's unit of work holds: what a flush would write, and what it knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changes {
    /// Entities that are to be inserted.
    pub new: usize,
    /// Entities that are to be updated, whether or not anything of them turns out to have changed.
    pub changed: usize,
    /// Rows that are to be deleted.
    pub deleted: usize,
    /// Rows whose values the session remembers, because it has read them in this transaction.
    pub known: usize,
}

impl Changes {
    /// Whether a flush has nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.new + self.changed + self.deleted == 0
    }
}
