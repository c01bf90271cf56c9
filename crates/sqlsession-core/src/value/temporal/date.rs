use std::{fmt, str::FromStr};

use super::{TemporalText, calendar, parse::Reader};
use crate::{Error, ErrorKind, Result};

/// A day of the proleptic Gregorian calendar, of the years -999999 to 999999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// The first day.
    pub const MIN: Self = Self { year: -999_999, month: 1, day: 1 };
    /// The last day.
    pub const MAX: Self = Self { year: 999_999, month: 12, day: 31 };

    /// The day of this year, month (1 to 12) and day of the month (from 1). Year 0 is the year before year 1.
    ///
    /// # Errors
    /// `OutOfRange` if there is no such day.
    #[inline]
    pub fn new(year: i32, month: u8, day: u8) -> Result<Self> {
        let exists = (Self::MIN.year..=Self::MAX.year).contains(&year)
            && (1..=12).contains(&month)
            && (1..=calendar::days_in_month(year, month)).contains(&day);
        if exists { Ok(Self { year, month, day }) } else { Err(no_such_date()) }
    }

    /// The day so many days after 1 January 1970, or before it.
    ///
    /// # Errors
    /// `OutOfRange` before [`MIN`](Self::MIN) and after [`MAX`](Self::MAX).
    #[inline]
    pub fn from_unix_days(days: i64) -> Result<Self> {
        match calendar::from_unix_days(days) {
            // The calendar gives no other months and days than there are.
            Some((year, month, day)) if (Self::MIN.year..=Self::MAX.year).contains(&year) => {
                Ok(Self { year, month, day })
            }
            _ => Err(no_such_date()),
        }
    }

    /// The number of days since 1 January 1970, negative before it.
    #[must_use]
    pub fn unix_days(self) -> i64 {
        calendar::to_unix_days(self.year, self.month, self.day)
    }

    /// The year; 0 is the year before year 1.
    #[inline]
    #[must_use]
    pub fn year(self) -> i32 {
        self.year
    }

    /// The month, 1 to 12.
    #[inline]
    #[must_use]
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    #[inline]
    #[must_use]
    pub fn day(self) -> u8 {
        self.day
    }

    /// `2024-02-29`, without an allocation. Years beyond four digits, and before year 0, have a sign.
    #[must_use]
    pub fn text(self) -> TemporalText {
        let mut text = TemporalText::new();
        text.push_date(self);
        text
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text().as_str())
    }
}

impl FromStr for Date {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut reader = Reader::new(text, "a date");
        let date = reader.date()?;
        reader.end()?;
        Ok(date)
    }
}

#[cold]
fn no_such_date() -> Error {
    Error::new(ErrorKind::OutOfRange, "there is no such date")
}
