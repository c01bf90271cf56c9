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
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// The text as bytes, all of them ASCII.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    pub(super) fn push_date(&mut self, date: Date) {
        let year = date.year();
        if year < 0 {
            self.push(*b"-");
        } else if year > 9_999 {
            self.push(*b"+");
        }
        let year = year.unsigned_abs();
        if year > 99_999 {
            self.push(two(year / 10_000));
        } else if year > 9_999 {
            self.push([two(year / 10_000)[1]]);
        }
        let ([a, b], [c, d]) = (two(year / 100 % 100), two(year % 100));
        let ([e, f], [g, h]) = (two(date.month().into()), two(date.day().into()));
        self.push([a, b, c, d, b'-', e, f, b'-', g, h]);
    }

    pub(super) fn push_time(&mut self, time: Time) {
        let ([a, b], [c, d]) = (two(time.hour().into()), two(time.minute().into()));
        let [e, f] = two(time.second().into());
        self.push([a, b, b':', c, d, b':', e, f]);
        if time.nanosecond() == 0 {
            return;
        }
        let (micros, rest) = (time.nanosecond() / 1_000, time.nanosecond() % 1_000);
        let ([a, b], [c, d], [e, f]) = (two(micros / 10_000), two(micros / 100 % 100), two(micros % 100));
        self.push([b'.', a, b, c, d, e, f]);
        if rest > 0 {
            let ([_, a], [b, c]) = (two(rest / 100), two(rest % 100));
            self.push([a, b, c]);
        }
    }

    pub(super) fn push_date_time(&mut self, at: DateTime) {
        self.push_date(at.date());
        self.push(*b" ");
        self.push_time(at.time());
    }

    pub(super) fn push_offset(&mut self, seconds: i32) {
        let sign = if seconds < 0 { b'-' } else { b'+' };
        let seconds = seconds.unsigned_abs();
        let ([a, b], [c, d]) = (two(seconds / 3_600), two(seconds / 60 % 60));
        self.push([sign, a, b, b':', c, d]);
        if !seconds.is_multiple_of(60) {
            let [a, b] = two(seconds % 60);
            self.push([b':', a, b]);
        }
    }

    #[inline]
    fn push<const N: usize>(&mut self, bytes: [u8; N]) {
        let end = self.len + N;
        if let Some(place) = self.bytes.get_mut(self.len..end) {
            place.copy_from_slice(&bytes);
            self.len = end;
        }
    }
}

/// The numbers of two digits.
static PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut number = 0;
    while number < 100 {
        pairs[number] = [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8];
        number += 1;
    }
    pairs
};

/// The two digits of a number below 100.
#[inline]
fn two(number: u32) -> [u8; 2] {
    PAIRS[(number % 100) as usize]
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
