use std::fmt;

use super::{Date, DateTime, Time};

/// The longest is `+999999-12-31 23:59:59.999999999+23:59:59`.
const CAPACITY: usize = 41;

/// The text of a date or time, kept in place: a driver binds it without an allocation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TemporalText {
    bytes: [u8; CAPACITY],
    len: usize,
}

impl TemporalText {
    pub(super) fn new() -> Self {
        Self { bytes: [0; CAPACITY], len: 0 }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.bytes.get(..self.len).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    pub(super) fn push_date(&mut self, date: Date) {
        let year = date.year();
        if year < 0 {
            self.push(b'-');
        } else if year > 9_999 {
            self.push(b'+');
        }
        let year = year.unsigned_abs();
        self.push_number(
            year,
            if year > 99_999 {
                6
            } else if year > 9_999 {
                5
            } else {
                4
            },
        );
        self.push(b'-');
        self.push_number(date.month().into(), 2);
        self.push(b'-');
        self.push_number(date.day().into(), 2);
    }

    pub(super) fn push_time(&mut self, time: Time) {
        self.push_sexagesimal(time.second_of_day(), true);
        match time.nanosecond() {
            0 => {}
            nanosecond if nanosecond.is_multiple_of(1_000) => {
                self.push(b'.');
                self.push_number(nanosecond / 1_000, 6);
            }
            nanosecond => {
                self.push(b'.');
                self.push_number(nanosecond, 9);
            }
        }
    }

    pub(super) fn push_date_time(&mut self, at: DateTime) {
        self.push_date(at.date());
        self.push(b' ');
        self.push_time(at.time());
    }

    pub(super) fn push_offset(&mut self, seconds: i32) {
        self.push(if seconds < 0 { b'-' } else { b'+' });
        let seconds = seconds.unsigned_abs();
        self.push_sexagesimal(seconds, !seconds.is_multiple_of(60));
    }

    fn push_sexagesimal(&mut self, seconds: u32, with_seconds: bool) {
        self.push_number(seconds / 3_600, 2);
        self.push(b':');
        self.push_number(seconds / 60 % 60, 2);
        if with_seconds {
            self.push(b':');
            self.push_number(seconds % 60, 2);
        }
    }

    fn push_number(&mut self, number: u32, width: usize) {
        let end = self.len + width;
        let mut rest = number;
        for place in self.bytes[self.len..end].iter_mut().rev() {
            *place = b"0123456789"[(rest % 10) as usize];
            rest /= 10;
        }
        self.len = end;
    }

    fn push(&mut self, byte: u8) {
        self.bytes[self.len] = byte;
        self.len += 1;
    }
}

impl AsRef<str> for TemporalText {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for TemporalText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for TemporalText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
