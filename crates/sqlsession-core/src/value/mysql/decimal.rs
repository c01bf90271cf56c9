use std::borrow::Cow;

use crate::{Error, ErrorKind, Result};

/// The most digits of a decimal number in either server.
pub(super) const DIGITS: usize = 65;

/// A decimal number as it is sent: a text without an exponent, and with no more digits than the servers have.
///
/// They would read other texts as well, but not to their ends: digits behind the 81st are lost, those that an exponent
/// moves too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal<'t> {
    text: Cow<'t, str>,
    fraction: usize,
}

impl<'t> Decimal<'t> {
    /// The most digits behind the point in MySQL.
    pub const MYSQL_FRACTION: usize = 30;
    /// The most digits behind the point in MariaDB, from 10.2.1 on.
    pub const MARIADB_FRACTION: usize = 38;
    /// The longest text of one: with a sign, a point and a zero before it.
    pub const LONGEST: usize = DIGITS + 3;

    /// The number that a text is, on a server that has so many digits behind the point.
    ///
    /// # Errors
    /// `BadParameter` if it is none, `OutOfRange` if it has more digits than the server keeps: rounding is for those who
    /// know what they reckon with, and what is rounded on its way into a narrow column is rounded twice.
    pub fn of(text: &'t str, most_fraction: usize) -> Result<Self> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (number, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.parse::<i64>().map_err(|_| no_number())?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let is_plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !(is_plain(whole) && is_plain(fraction)) || whole.is_empty() && fraction.is_empty() {
            return Err(no_number());
        }
        let is_short = fraction.len() <= most_fraction && whole.len() + fraction.len() <= DIGITS;
        if is_short && unsigned.len() == number.len() {
            return Ok(Self { text: Cow::Borrowed(text), fraction: fraction.len() });
        }
        Self::written_out(text.starts_with('-'), whole, fraction, exponent, most_fraction)
    }

    /// The text that is sent.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text that is sent, where it is another one than was given.
    #[must_use]
    pub fn rewritten(self) -> Option<String> {
        match self.text {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(text),
        }
    }

    /// How many of its digits are behind the point.
    pub(super) fn fraction(&self) -> usize {
        self.fraction
    }

    /// Moves the point, and leaves out the zeros that there is no room for.
    fn written_out(
        negative: bool,
        whole: &str,
        fraction: &str,
        exponent: i64,
        most_fraction: usize,
    ) -> Result<Self> {
        let written = [whole, fraction].concat();
        let significant = written.trim_start_matches('0').trim_end_matches('0');
        if significant.is_empty() {
            return Ok(Self { text: Cow::Borrowed("0"), fraction: 0 });
        }
        let zeros = written.len() - written.trim_end_matches('0').len();
        let length = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        // How many digits the shortest text has behind the point; less than none are zeros before it.
        let least = length(fraction.len()).saturating_sub(exponent).saturating_sub(length(zeros));
        let count = |digits: i64| usize::try_from(digits.max(0)).unwrap_or(usize::MAX);
        let behind = count(least);
        let before = count(length(significant.len()).saturating_sub(least));
        if significant.len() > DIGITS || behind > most_fraction || before.saturating_add(behind) > DIGITS {
            return Err(Error::new(
                ErrorKind::OutOfRange,
                format!(
                    "the server has no decimal number with more than {most_fraction} digits behind the point or \
                     {DIGITS} in all: it is to be rounded first"
                ),
            ));
        }
        let mut text = String::with_capacity(Self::LONGEST);
        if negative {
            text.push('-');
        }
        if before == 0 {
            text.push('0');
        }
        let (front, rest) = significant.split_at(before.min(significant.len()));
        text.push_str(front);
        text.extend(std::iter::repeat_n('0', before - front.len()));
        if behind > 0 {
            text.push('.');
            text.extend(std::iter::repeat_n('0', behind - rest.len()));
            text.push_str(rest);
        }
        Ok(Self { text: Cow::Owned(text), fraction: behind })
    }
}

fn no_number() -> Error {
    Error::new(
        ErrorKind::BadParameter,
        "the text of a decimal number is no number that MySQL and MariaDB have",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Decimal<'_>> {
        Decimal::of(text, Decimal::MYSQL_FRACTION)
    }

    #[track_caller]
    fn is_sent(text: &str, sent: &str, fraction: usize) {
        let decimal = of(text).unwrap();
        assert_eq!((decimal.text(), decimal.fraction()), (sent, fraction), "{text}");
        assert!(sent.len() <= Decimal::LONGEST);
    }

    #[test]
    fn what_the_servers_have_is_sent_as_it_is() {
        let (nines, fine) = ("9".repeat(65), format!("-.{}", "1".repeat(30)));
        let long = format!("{}.{}", "9".repeat(35), "9".repeat(30));
        for (text, digits) in
            [("1", 0), ("-1.50", 2), ("+.5", 1), ("7.", 0), (&nines, 0), (&fine, 30), (&long, 30)]
        {
            is_sent(text, text, digits);
            assert_eq!(of(text).unwrap().rewritten(), None);
        }
    }

    #[test]
    fn exponents_are_written_out() {
        for (text, sent, fraction) in [
            ("1E-7", "0.0000001", 7),
            ("-1.50e-29", "-0.000000000000000000000000000015", 30),
            ("+12e+3", "12000", 0),
            ("12.345e1", "123.45", 2),
            ("12.345e2", "1234.5", 1),
            ("0012.300E-1", "1.23", 2),
            ("1e64", &format!("1{}", "0".repeat(64)), 0),
            ("0e-9223372036854775808", "0", 0),
            ("-0.00E9", "0", 0),
        ] {
            is_sent(text, sent, fraction);
        }
        is_sent(&format!("0.{}1E101", "0".repeat(100)), "1", 0);
    }

    #[test]
    fn zeros_that_have_no_room_are_left_out() {
        is_sent("0.00000010000000000000000000000000", "0.0000001", 7);
        is_sent(&format!("-{}1.5{}", "0".repeat(70), "0".repeat(70)), "-1.5", 1);
        is_sent(&format!("{}.{}", "9".repeat(60), "0".repeat(30)), &"9".repeat(60), 0);
        is_sent(&format!("0.{}", "0".repeat(31)), "0", 0);
    }

    #[test]
    fn what_the_servers_do_not_have_is_refused() {
        let refused = |text: &str| of(text).unwrap_err().kind();
        let third = format!("0.{}", "3".repeat(31));
        let long = format!("{}.5", "9".repeat(65));
        for text in [
            &*third,
            &long,
            &"9".repeat(66),
            "1e65",
            "1E-31",
            "1.5e-30",
            "1e9223372036854775807",
            "1e-9223372036854775808",
        ] {
            assert_eq!(refused(text), ErrorKind::OutOfRange, "{text}");
        }
        for text in ["", "-", ".", "e5", "1e", "1e5.0", "NaN", "Infinity", "1.2.3", "--1", " 1", "1_0", "٣"]
        {
            assert_eq!(refused(text), ErrorKind::BadParameter, "{text}");
        }
    }

    #[test]
    fn mariadb_has_more_digits_behind_the_point() {
        let fine = format!("0.{}", "3".repeat(38));
        assert_eq!(of(&fine).unwrap_err().kind(), ErrorKind::OutOfRange);
        let decimal = |text| Decimal::of(text, Decimal::MARIADB_FRACTION);
        assert_eq!(decimal(&fine).unwrap().fraction(), 38);
        assert_eq!(decimal("1E-38").unwrap().text(), format!("0.{}1", "0".repeat(37)));
        assert_eq!(decimal("1E-39").unwrap_err().kind(), ErrorKind::OutOfRange);
    }
}
