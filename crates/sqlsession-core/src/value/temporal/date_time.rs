use std::{fmt, str::FromStr};

use super::{Date, TemporalText, Time, calendar::SECONDS_PER_DAY, parse::Reader};
use crate::{Error, Result};

/// A date and a time of day, in no particular time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime {
    date: Date,
    time: Time,
}

impl DateTime {
    /// The first moment.
    pub const MIN: Self = Self { date: Date::MIN, time: Time::MIDNIGHT };
    /// The last nanosecond.
    pub const MAX: Self = Self { date: Date::MAX, time: Time::MAX };

    /// This time on this day.
    #[inline]
    #[must_use]
    pub fn new(date: Date, time: Time) -> Self {
        Self { date, time }
    }

    /// So many seconds after midnight of 1 January 1970, or before it, and nanoseconds more.
    ///
    /// # Errors
    /// `OutOfRange` before [`MIN`](Self::MIN), after [`MAX`](Self::MAX), and from 1000000000 nanoseconds.
    pub fn from_unix(seconds: i64, nanosecond: u32) -> Result<Self> {
        let date = Date::from_unix_days(seconds.div_euclid(SECONDS_PER_DAY))?;
        let second_of_day = seconds.rem_euclid(SECONDS_PER_DAY) as u32;
        Ok(Self { date, time: Time::from_second_of_day(second_of_day, nanosecond)? })
    }

    /// The whole seconds since midnight of 1 January 1970, negative before it.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.date.unix_days() * SECONDS_PER_DAY + i64::from(self.time.second_of_day())
    }

    /// The day.
    #[inline]
    #[must_use]
    pub fn date(self) -> Date {
        self.date
    }

    /// The time of day.
    #[inline]
    #[must_use]
    pub fn time(self) -> Time {
        self.time
    }

    /// `2024-02-29 12:34:56`, without an allocation; parts as in [`Date::text`] and [`Time::text`].
    #[must_use]
    pub fn text(self) -> TemporalText {
        let mut text = TemporalText::new();
        text.push_date_time(self);
        text
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text().as_str())
    }
}

impl FromStr for DateTime {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut reader = Reader::new(text, "a date-time without an offset");
        let at = reader.date_time()?;
        reader.end()?;
        Ok(at)
    }
}
