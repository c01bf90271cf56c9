use sqlsession_core::{driver::Face, statement::Cost};

use crate::{memory::MemoryDatabase, options::SqliteOptions, turn::Turns};

/// What the connections of one engine share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: SqliteOptions,
    pub(crate) face: Face,
    pub(crate) turns: Turns,
    /// What the COMMIT of a transaction that wrote takes.
    pub(crate) commit: Cost,
    /// The engine's own database, if it is one in memory.
    pub(crate) memory: Option<MemoryDatabase>,
}
