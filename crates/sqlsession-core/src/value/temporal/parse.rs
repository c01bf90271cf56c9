use super::{Date, DateTime, Time, plain::plain_date_time};
use crate::{Error, ErrorKind, Result};

/// A date-time and, if it has one, its offset from UTC in seconds.
pub(in crate::value) fn parse_date_time(text: &str) -> Result<(DateTime, Option<i32>)> {
    let mut reader = Reader::new(text, "a date-time");
    let local = reader.date_time()?;
    let offset = if reader.is_at_end() { None } else { Some(reader.offset()?) };
    reader.end()?;
    Ok((local, offset))
}

/// Reads the text of a date or time from front to back.
pub(super) struct Reader<'t> {
    rest: &'t [u8],
    /// What the text should be, for the error.
    wanted: &'static str,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, wanted: &'static str) -> Self {
        Self { rest: text.as_bytes(), wanted }
    }

    /// `2024-02-29`, `-0044-03-15`, `+12024-02-29`.
    pub(super) fn date(&mut self) -> Result<Date> {
        let year = if self.take(b'-') {
            -self.signed_year()?
        } else if self.take(b'+') {
            self.signed_year()?
        } else {
            i32::from(self.two_digits()?) * 100 + i32::from(self.two_digits()?)
        };
        self.expect(b'-')?;
        let month = self.two_digits()?;
        self.expect(b'-')?;
        Date::new(year, month, self.two_digits()?)
    }

    /// `12:34`, `12:34:56`, `12:34:56.789` with one to nine digits.
    pub(super) fn time(&mut self) -> Result<Time> {
        let hour = self.two_digits()?;
        self.expect(b':')?;
        let minute = self.two_digits()?;
        if !self.take(b':') {
            return Time::new(hour, minute, 0, 0);
        }
        let second = self.two_digits()?;
        let nanosecond = if self.take(b'.') { self.fraction()? } else { 0 };
        Time::new(hour, minute, second, nanosecond)
    }

    /// A date and a time with a space or a `T` between them.
    pub(super) fn date_time(&mut self) -> Result<DateTime> {
        if let Some(at) = plain_date_time(self.rest) {
            self.rest = &[];
            return Ok(at);
        }
        let date = self.date()?;
        if !self.take(b' ') && !self.take(b'T') && !self.take(b't') {
            return Err(self.malformed());
        }
        Ok(DateTime::new(date, self.time()?))
    }

    /// `Z`, `+02:00`, `+0200`, `+02`, `-00:25:21`, perhaps behind a space; in seconds.
    pub(super) fn offset(&mut self) -> Result<i32> {
        self.take(b' ');
        if self.take(b'Z') || self.take(b'z') {
            return Ok(0);
        }
        let west = self.take(b'-');
        if !west {
            self.expect(b'+')?;
        }
        let mut seconds = i32::from(self.two_digits()?) * 3_600;
        for unit in [60, 1] {
            if !self.take(b':') && self.is_at_end() {
                break;
            }
            let part = self.two_digits()?;
            if part > 59 {
                return Err(Error::new(ErrorKind::OutOfRange, "there is no such offset from utc"));
            }
            seconds += i32::from(part) * unit;
        }
        Ok(if west { -seconds } else { seconds })
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn end(&self) -> Result<()> {
        if self.is_at_end() { Ok(()) } else { Err(self.malformed()) }
    }

    /// Four to six digits.
    fn signed_year(&mut self) -> Result<i32> {
        let mut year = i32::from(self.two_digits()?) * 100 + i32::from(self.two_digits()?);
        for _ in 0..2 {
            if let Some(digit) = self.digit() {
                year = year * 10 + i32::from(digit);
            }
        }
        Ok(year)
    }

    fn two_digits(&mut self) -> Result<u8> {
        match (self.digit(), self.digit()) {
            (Some(tens), Some(ones)) => Ok(tens * 10 + ones),
            _ => Err(self.malformed()),
        }
    }

    fn fraction(&mut self) -> Result<u32> {
        let mut nanosecond = 0;
        let mut scale = 1_000_000_000;
        while let Some(digit) = self.digit() {
            scale /= 10;
            if scale == 0 {
                return Err(self.malformed());
            }
            nanosecond += u32::from(digit) * scale;
        }
        if scale == 1_000_000_000 { Err(self.malformed()) } else { Ok(nanosecond) }
    }

    fn digit(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        let digit = first.is_ascii_digit().then(|| first - b'0')?;
        self.rest = rest;
        Some(digit)
    }

    fn take(&mut self, byte: u8) -> bool {
        match self.rest.split_first() {
            Some((first, rest)) if *first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    fn expect(&mut self, byte: u8) -> Result<()> {
        if self.take(byte) { Ok(()) } else { Err(self.malformed()) }
    }

    #[cold]
    fn malformed(&self) -> Error {
        // PostgreSQL has it beside dates. The sign before it was read.
        let what = if self.rest == b"infinity" { "the value is infinity and" } else { "the text is" };
        Error::new(ErrorKind::TypeMismatch, format!("{what} not {}", self.wanted))
    }
}
