use std::sync::Arc;

use super::Cost;

/// A text in a driver's placeholder style, with what is remembered about running it.
///
/// One exists per engine and SQL text; connections share it.
#[derive(Debug)]
pub struct CompiledText {
    sql: Arc<str>,
    cost: Cost,
}

impl CompiledText {
    /// A text that needs no rewriting.
    #[must_use]
    pub fn raw(sql: impl Into<Arc<str>>) -> Self {
        Self { sql: sql.into(), cost: Cost::default() }
    }

    /// The text to send.
    #[must_use]
    pub fn sql(&self) -> &Arc<str> {
        &self.sql
    }

    /// How long it takes to run.
    #[must_use]
    pub fn cost(&self) -> &Cost {
        &self.cost
    }
}
