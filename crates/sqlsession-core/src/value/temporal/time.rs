use std::{fmt, str::FromStr};

use super::{TemporalText, calendar::SECONDS_PER_DAY, parse::Reader};
use crate::{Error, ErrorKind, Result};

/// A time of day, to the nanosecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    hour: u8,
    minute: u8,
    second: u8,
    nanosecond: u32,
}

impl Time {
    /// The first moment of a day.
    pub const MIDNIGHT: Self = Self { hour: 0, minute: 0, second: 0, nanosecond: 0 };
    /// The last nanosecond of a day.
    pub const MAX: Self = Self { hour: 23, minute: 59, second: 59, nanosecond: 999_999_999 };

    /// The time of this hour (0 to 23), minute, second (0 to 59) and nanosecond within the second.
    ///
    /// # Errors
    /// `OutOfRange` for anything else, 24:00 and leap seconds included.
    #[inline]
    pub fn new(hour: u8, minute: u8, second: u8, nanosecond: u32) -> Result<Self> {
        if hour < 24 && minute < 60 && second < 60 && nanosecond < 1_000_000_000 {
            Ok(Self { hour, minute, second, nanosecond })
        } else {
            Err(no_such_time())
        }
    }

    /// The time so many seconds after midnight.
    ///
    /// # Errors
    /// `OutOfRange` from 86400 seconds, and from 1000000000 nanoseconds.
    #[inline]
    pub fn from_second_of_day(second: u32, nanosecond: u32) -> Result<Self> {
        if second >= SECONDS_PER_DAY as u32 || nanosecond >= 1_000_000_000 {
            return Err(no_such_time());
        }
        let minute = second / 60;
        let (hour, minute, second) = ((minute / 60) as u8, (minute % 60) as u8, (second % 60) as u8);
        Ok(Self { hour, minute, second, nanosecond })
    }

    /// The whole seconds since midnight.
    #[inline]
    #[must_use]
    pub fn second_of_day(self) -> u32 {
        u32::from(self.hour) * 3_600 + u32::from(self.minute) * 60 + u32::from(self.second)
    }

    /// The hour, 0 to 23.
    #[inline]
    #[must_use]
    pub fn hour(self) -> u8 {
        self.hour
    }

    /// The minute, 0 to 59.
    #[inline]
    #[must_use]
    pub fn minute(self) -> u8 {
        self.minute
    }

    /// The second, 0 to 59.
    #[inline]
    #[must_use]
    pub fn second(self) -> u8 {
        self.second
    }

    /// The nanosecond within the second.
    #[inline]
    #[must_use]
    pub fn nanosecond(self) -> u32 {
        self.nanosecond
    }

    /// `12:34:56`, without an allocation; with six digits of a second if it has a fraction, nine if six are too few.
    #[must_use]
    pub fn text(self) -> TemporalText {
        let mut text = TemporalText::new();
        text.push_time(self);
        text
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text().as_str())
    }
}

impl FromStr for Time {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut reader = Reader::new(text, "a time of day");
        let time = reader.time()?;
        reader.end()?;
        Ok(time)
    }
}

#[cold]
fn no_such_time() -> Error {
    Error::new(ErrorKind::OutOfRange, "there is no such time of day")
}
