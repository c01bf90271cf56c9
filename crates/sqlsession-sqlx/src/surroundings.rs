/// What a text may change of a connection for all that comes behind it, beside the transaction. Where a server has no such
/// thing it is always the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surroundings {
    /// What is outside of a transaction is durable at once.
    pub(crate) autocommit: bool,
    /// The database that names of tables are looked up in, as far as it is of concern.
    pub(crate) database: Option<String>,
}

impl Default for Surroundings {
    fn default() -> Self {
        Self { autocommit: true, database: None }
    }
}
