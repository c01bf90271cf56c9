use std::fmt;

use refinery_core::Migration;
use sqlsession_core::value::{DateTime, OffsetDateTime};

/// A migration, and when it was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MigrationStatus {
    /// The number in its name.
    pub version: i64,
    /// Its name, as `V1__init`.
    pub name: String,
    /// When it was applied, in UTC; `None` if it is not yet.
    pub applied_on: Option<OffsetDateTime>,
}

impl MigrationStatus {
    /// `migration` is named as the file is; a line of the history would not tell V from U.
    pub(super) fn new(migration: &Migration, applied: Option<&Migration>) -> Self {
        let at = applied.and_then(Migration::applied_on);
        let at = at.and_then(|at| DateTime::from_unix(at.unix_timestamp(), at.nanosecond()).ok());
        // Of 32 or 64 bits by a feature of refinery's.
        #[allow(clippy::useless_conversion)]
        let version = i64::from(migration.version());
        Self {
            version,
            name: migration.to_string(),
            applied_on: at.and_then(|at| OffsetDateTime::new(at, 0).ok()),
        }
    }
}

impl fmt::Display for MigrationStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
