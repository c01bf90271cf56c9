use std::fmt;

/// What came of it.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct FutureDropReport {
    /// Futures that were dropped before they were done.
    pub dropped: usize,
    /// Operations that were tried.
    pub operations: usize,
    /// What was found wrong; each line says where.
    pub leaks: Vec<String>,
}

impl fmt::Display for FutureDropReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for leak in &self.leaks {
            writeln!(f, "{leak}")?;
        }
        write!(
            f,
            "future drop: {} operations, {} futures dropped, {} leaks",
            self.operations,
            self.dropped,
            self.leaks.len()
        )
    }
}
