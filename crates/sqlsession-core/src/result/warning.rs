use std::{
    num::NonZeroU64,
    sync::atomic::{AtomicU64, Ordering},
};

use crate::{Result, row::Row};

/// What a server warned of.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// How much it weighs.
    pub level: WarningLevel,
    /// The server's own code, as of an [error](crate::Error::code).
    pub code: String,
    /// The server's own message.
    pub message: String,
}

/// How much a warning weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WarningLevel {
    /// Worth knowing.
    Note,
    /// A value was changed, or something ignored.
    Warning,
    /// It would have been an error elsewhere.
    Error,
}

impl Warning {
    /// Reads a row of level, code and message, as a [driver](crate::driver::DriverConnection::warnings) gives it.
    pub(crate) fn read(row: &Row) -> Result<Self> {
        let level: String = row.get_at(0)?;
        let code: i64 = row.get_at(1)?;
        Ok(Self {
            level: match level.as_str() {
                "Note" => WarningLevel::Note,
                "Error" => WarningLevel::Error,
                _ => WarningLevel::Warning,
            },
            code: code.to_string(),
            message: row.get_at(2)?,
        })
    }
}

/// Tells the result whose warnings a session can still read from all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark(NonZeroU64);

impl Mark {
    /// One that no result has.
    pub(crate) fn new() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let before = LAST.fetch_add(1, Ordering::Relaxed);
        Self(NonZeroU64::MIN.saturating_add(before))
    }
}
