use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{
    Date, DateTime, FromValue, OffsetDateTime, Time, Value, ValueRef,
    from_value::{mismatch, out_of_range},
    temporal::parse_date_time,
};
use crate::{Result, row::Batch};

impl From<Date> for Value {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}

impl From<Time> for Value {
    fn from(time: Time) -> Self {
        Self::Time(time)
    }
}

impl From<DateTime> for Value {
    fn from(at: DateTime) -> Self {
        Self::DateTime(at)
    }
}

impl From<OffsetDateTime> for Value {
    fn from(at: OffsetDateTime) -> Self {
        Self::OffsetDateTime(at)
    }
}

/// In UTC. A time beyond [`DateTime::MAX`] is sent as that, one before [`DateTime::MIN`] likewise.
impl From<SystemTime> for Value {
    fn from(at: SystemTime) -> Self {
        let (seconds, nanosecond) = match at.duration_since(UNIX_EPOCH) {
            Ok(after) => (i64::try_from(after.as_secs()).unwrap_or(i64::MAX), after.subsec_nanos()),
            Err(error) => {
                let before = error.duration();
                let seconds = i64::try_from(before.as_secs()).map_or(i64::MIN, |seconds| -seconds);
                match before.subsec_nanos() {
                    0 => (seconds, 0),
                    nanosecond => (seconds.saturating_sub(1), 1_000_000_000 - nanosecond),
                }
            }
        };
        Self::OffsetDateTime(saturating_from_unix(seconds, nanosecond, 0))
    }
}

/// The nearest there is.
pub(super) fn saturating_from_unix(seconds: i64, nanosecond: u32, offset_seconds: i32) -> OffsetDateTime {
    OffsetDateTime::from_unix(seconds, nanosecond, offset_seconds)
        .unwrap_or_else(|_| OffsetDateTime::utc(if seconds < 0 { DateTime::MIN } else { DateTime::MAX }))
}

impl<'r> FromValue<'r> for Date {
    fn from_value(value: ValueRef<'r>) -> Result<Self> {
        match value {
            ValueRef::Date(date) => Ok(date),
            ValueRef::Text(text) => text.parse(),
            _ => Err(mismatch(value, "a date")),
        }
    }
}

impl<'r> FromValue<'r> for Time {
    fn from_value(value: ValueRef<'r>) -> Result<Self> {
        match value {
            ValueRef::Time(time) => Ok(time),
            ValueRef::Text(text) => text.parse(),
            _ => Err(mismatch(value, "a time of day")),
        }
    }
}

impl<'r> FromValue<'r> for DateTime {
    #[inline]
    fn from_value(value: ValueRef<'r>) -> Result<Self> {
        match value {
            ValueRef::DateTime(at) => Ok(at),
            ValueRef::Text(text) => text.parse(),
            ValueRef::I64(seconds) => Self::from_unix(seconds, 0),
            _ => Err(mismatch(value, "a date-time")),
        }
    }

    #[inline]
    fn at_hand(batch: &'r dyn Batch, row: usize, column: usize) -> Option<Self> {
        batch.date_time(row, column).or_else(|| text_at_hand(batch, row, column))
    }
}

/// Of a text, as which SQLite has them.
#[inline(never)]
fn text_at_hand(batch: &dyn Batch, row: usize, column: usize) -> Option<DateTime> {
    batch.text(row, column)?.parse().ok()
}

impl<'r> FromValue<'r> for OffsetDateTime {
    fn from_value(value: ValueRef<'r>) -> Result<Self> {
        match value {
            ValueRef::OffsetDateTime(at) => Ok(at),
            ValueRef::DateTime(at) => Ok(Self::utc(at)),
            ValueRef::Text(text) => {
                let (local, offset) = parse_date_time(text)?;
                Self::new(local, offset.unwrap_or(0))
            }
            ValueRef::I64(seconds) => Self::from_unix(seconds, 0, 0),
            _ => Err(mismatch(value, "a date-time with an offset")),
        }
    }
}

impl<'r> FromValue<'r> for SystemTime {
    fn from_value(value: ValueRef<'r>) -> Result<Self> {
        let at = OffsetDateTime::from_value(value)?;
        let whole = Duration::from_secs(at.unix_seconds().unsigned_abs());
        let moved =
            if at.unix_seconds() < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
        moved
            .and_then(|second| {
                second.checked_add(Duration::from_nanos(at.local().time().nanosecond().into()))
            })
            .ok_or_else(|| out_of_range(value, "a system time"))
    }
}
