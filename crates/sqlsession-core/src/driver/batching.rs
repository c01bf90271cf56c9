/// How many entities of one table are written at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BatchStyle {
    /// A statement for one entity, run for each of them: nothing else is asked of the driver.
    #[default]
    OneByOne,
    /// A statement for one entity, run for all of them by one `execute_many` that gives
    /// [the rows of every set](super::ManyRequest::rows) (SQLite).
    Sets,
    /// One statement over arrays, one of each column, unnested (PostgreSQL).
    Arrays,
    /// One statement with the values of many rows, joined to the table for an UPDATE (MySQL).
    Rows,
}

/// What the server behind a connection can do with many entities in one statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Batching {
    /// Whether an INSERT gives back what was generated for its rows, in their order, by RETURNING.
    pub returning: bool,
    /// Where it does not: a query for the step between the keys that one INSERT of several rows generates, the first of
    /// which is [`Outcome::last_insert_id`](super::Outcome::last_insert_id). Without one each row is inserted alone.
    pub key_step: Option<&'static str>,
    /// The most bytes of values that one statement should have.
    pub bytes: usize,
    /// The most parameters that one statement may have.
    pub parameters: usize,
    /// Whether the server counts rows that are inserted into a view.
    pub counts_through_views: bool,
}

impl Default for Batching {
    /// No RETURNING, and as much as any server takes.
    fn default() -> Self {
        Self {
            returning: false,
            key_step: None,
            bytes: 512 * 1024,
            parameters: 999,
            counts_through_views: true,
        }
    }
}

impl Batching {
    /// The same for an INSERT that has RETURNING, or has it not.
    #[must_use]
    pub const fn with_returning(mut self, returning: bool) -> Self {
        self.returning = returning;
        self
    }

    /// The same with a query for the step between generated keys.
    #[must_use]
    pub const fn with_key_step(mut self, query: Option<&'static str>) -> Self {
        self.key_step = query;
        self
    }

    /// The same for a server that counts no rows that are inserted into a view.
    #[must_use]
    pub const fn without_counts_through_views(mut self) -> Self {
        self.counts_through_views = false;
        self
    }

    /// The same with so many parameters at most.
    #[must_use]
    pub const fn with_parameters(mut self, parameters: usize) -> Self {
        self.parameters = parameters;
        self
    }

    /// The same with other limits.
    #[must_use]
    pub const fn with_limits(mut self, bytes: usize, parameters: usize) -> Self {
        self.bytes = bytes;
        self.parameters = parameters;
        self
    }
}
