use std::{cmp::Ordering, fmt, str::FromStr};

use super::{DateTime, TemporalText, parse::Reader};
use crate::{Error, ErrorKind, Result};

/// A local date and time with its offset from UTC.
///
/// Two are equal if both the moment and the offset are; they are ordered by the moment first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OffsetDateTime {
    local: DateTime,
    offset_seconds: i32,
}

impl OffsetDateTime {
    /// The largest offset in seconds, a second less than a day, both ways.
    pub const MAX_OFFSET_SECONDS: i32 = 86_399;

    /// This local time, at so many seconds east of UTC.
    ///
    /// # Errors
    /// `OutOfRange` for an offset of a day or more.
    pub fn new(local: DateTime, offset_seconds: i32) -> Result<Self> {
        if offset_seconds.abs_diff(0) > Self::MAX_OFFSET_SECONDS.unsigned_abs() {
            return Err(Error::new(ErrorKind::OutOfRange, "an offset from utc is less than a day"));
        }
        Ok(Self { local, offset_seconds })
    }

    /// This local time in UTC.
    #[must_use]
    pub fn utc(local: DateTime) -> Self {
        Self { local, offset_seconds: 0 }
    }

    /// The moment so many seconds after 1 January 1970 UTC, or before it, seen at this offset.
    ///
    /// # Errors
    /// `OutOfRange` if the local time is not between [`DateTime::MIN`] and [`DateTime::MAX`], from 1000000000
    /// nanoseconds, and for an offset of a day or more.
    pub fn from_unix(seconds: i64, nanosecond: u32, offset_seconds: i32) -> Result<Self> {
        Self::new(
            DateTime::from_unix(seconds.saturating_add(offset_seconds.into()), nanosecond)?,
            offset_seconds,
        )
    }

    /// The whole seconds since 1 January 1970 UTC, negative before it.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.local.unix_seconds() - i64::from(self.offset_seconds)
    }

    /// The local date and time.
    #[must_use]
    pub fn local(self) -> DateTime {
        self.local
    }

    /// Seconds east of UTC.
    #[must_use]
    pub fn offset_seconds(self) -> i32 {
        self.offset_seconds
    }

    /// `2024-02-29 12:34:56+02:00`, without an allocation; the offset has seconds only if they are not zero.
    #[must_use]
    pub fn text(self) -> TemporalText {
        let mut text = TemporalText::new();
        text.push_date_time(self.local);
        text.push_offset(self.offset_seconds);
        text
    }
}

impl Ord for OffsetDateTime {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |at: &Self| (at.unix_seconds(), at.local.time().nanosecond(), at.offset_seconds);
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for OffsetDateTime {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for OffsetDateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text().as_str())
    }
}

impl FromStr for OffsetDateTime {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut reader = Reader::new(text, "a date-time with an offset");
        let local = reader.date_time()?;
        let offset = reader.offset()?;
        reader.end()?;
        Self::new(local, offset)
    }
}
