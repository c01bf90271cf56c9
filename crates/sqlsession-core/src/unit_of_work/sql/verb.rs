/// What a text does, and for how many rows at once where it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Verb {
    /// One row or several, each with its own parameters.
    Insert {
        rows: usize,
    },
    /// Rows out of arrays, one for each column.
    InsertArrays,
    /// The row of a key.
    Update,
    UpdateArrays,
    /// The rows of so many keys, which are joined to the table. A key that is NULL has no row.
    UpdateJoined {
        rows: usize,
    },
    Delete,
    DeleteArrays,
    /// The rows of so many keys, of which any may be NULL.
    DeleteListed {
        rows: usize,
    },
    /// The rows of so many keys, of which any may be NULL; locked for a change where the dialect has that.
    Select {
        keys: usize,
        lock: bool,
    },
}
