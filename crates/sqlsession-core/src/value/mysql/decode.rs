use std::str::{FromStr, from_utf8};

use super::{Field, Sort};
use crate::{
    Value, ValueRef,
    value::{Date, DateTime, Time},
};

/// A value as it lies in the row; `None` where its text has to be made first, by [`owned`].
///
/// What comes of a statement that was not prepared is text, whatever its column.
#[must_use]
#[inline]
pub fn borrowed(sort: Sort, field: Field<'_>) -> Option<ValueRef<'_>> {
    Some(match field {
        Field::Null => ValueRef::Null,
        Field::Int(number) => ValueRef::I64(number),
        Field::UInt(number) => i64::try_from(number).map_or(ValueRef::U64(number), ValueRef::I64),
        Field::Float(number) => ValueRef::F64(number.into()),
        Field::Double(number) => ValueRef::F64(number),
        Field::Date(year, month, day, hour, minute, second, micros) => {
            let date = date(year, month, day)?;
            match sort {
                Sort::Date => ValueRef::Date(date),
                _ => ValueRef::DateTime(DateTime::new(date, time(hour, minute, second, micros)?)),
            }
        }
        Field::Time(false, 0, hour, minute, second, micros) => {
            ValueRef::Time(time(hour, minute, second, micros)?)
        }
        Field::Time(..) => return None,
        Field::Bytes(bytes) if sort == Sort::Text => text(bytes),
        Field::Bytes(bytes) => of_bytes(sort, bytes),
    })
}

/// The value, if it is a date and time that is [borrowed].
#[must_use]
#[inline]
pub fn date_time(sort: Sort, field: Field<'_>) -> Option<DateTime> {
    match field {
        Field::Date(year, month, day, hour, minute, second, micros) if sort != Sort::Date => {
            Some(DateTime::new(date(year, month, day)?, time(hour, minute, second, micros)?))
        }
        _ => None,
    }
}

/// Text as it lies in the row, which is bytes if it is not UTF-8.
#[must_use]
#[inline]
pub fn text(bytes: &[u8]) -> ValueRef<'_> {
    match from_utf8(bytes) {
        Ok(text) => ValueRef::Text(text),
        Err(_) => ValueRef::Bytes(bytes),
    }
}

/// A value that is text only because nothing else can hold it: a date that is none, a time of more than a day.
///
/// It has as many digits behind the seconds as the column, as the server writes it.
#[must_use]
pub fn owned(sort: Sort, digits: u8, field: Field<'_>) -> Value {
    Value::Text(match field {
        Field::Date(year, month, day, ..) if sort == Sort::Date => format!("{year:04}-{month:02}-{day:02}"),
        Field::Date(year, month, day, hour, minute, second, micros) => {
            let fraction = fraction(micros, digits);
            format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}{fraction}")
        }
        Field::Time(negative, days, hour, minute, second, micros) => {
            let sign = if negative { "-" } else { "" };
            let hours = u64::from(days) * 24 + u64::from(hour);
            format!("{sign}{hours:02}:{minute:02}:{second:02}{}", fraction(micros, digits))
        }
        _ => return Value::Null,
    })
}

/// The day; `None` also for the year that stands for no date.
#[inline]
fn date(year: u16, month: u8, day: u8) -> Option<Date> {
    if year == 0 { None } else { Date::new(year.into(), month, day).ok() }
}

#[inline]
fn time(hour: u8, minute: u8, second: u8, micros: u32) -> Option<Time> {
    Time::new(hour, minute, second, micros.checked_mul(1_000)?).ok()
}

fn fraction(micros: u32, digits: u8) -> String {
    let mut fraction = format!(".{micros:06}");
    match digits {
        0 if micros == 0 => fraction.clear(),
        digits @ 1..=5 => fraction.truncate(1 + usize::from(digits)),
        _ => {}
    }
    fraction
}

fn of_bytes(sort: Sort, bytes: &[u8]) -> ValueRef<'_> {
    if sort == Sort::Bits {
        return bits(bytes);
    }
    let Some(text) = from_utf8(bytes).ok().filter(|_| sort != Sort::Bytes) else {
        return ValueRef::Bytes(bytes);
    };
    let value = match sort {
        Sort::Decimal => Some(ValueRef::Decimal(text)),
        Sort::Json => Some(ValueRef::Json(text)),
        Sort::Integer => parsed(text, ValueRef::I64).or_else(|| parsed(text, ValueRef::U64)),
        // As what is not text is widened.
        Sort::Float => parsed(text, |number: f32| ValueRef::F64(number.into())),
        Sort::Double => parsed(text, ValueRef::F64),
        Sort::Date => real(text).and_then(|text| parsed(text, ValueRef::Date)),
        Sort::DateTime => real(text).and_then(|text| parsed(text, ValueRef::DateTime)),
        Sort::Time => parsed(text, ValueRef::Time),
        Sort::Text | Sort::Bytes | Sort::Bits => None,
    };
    value.unwrap_or(ValueRef::Text(text))
}

fn parsed<'t, T: FromStr>(text: &'t str, value: impl FnOnce(T) -> ValueRef<'t>) -> Option<ValueRef<'t>> {
    text.parse().ok().map(value)
}

/// The text of a date, unless its year is the one that stands for no date.
fn real(text: &str) -> Option<&str> {
    (!text.starts_with("0000")).then_some(text)
}

/// Bits as the number they write, where it is not longer than any number.
fn bits(bytes: &[u8]) -> ValueRef<'_> {
    if bytes.len() > size_of::<u64>() {
        return ValueRef::Bytes(bytes);
    }
    let number = bytes.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    i64::try_from(number).map_or(ValueRef::U64(number), ValueRef::I64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(sort: Sort, field: Field<'_>) -> Value {
        borrowed(sort, field).map_or_else(|| owned(sort, 0, field), ValueRef::to_value)
    }

    fn words(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn a_date_that_is_none_is_text() {
        assert_eq!(seen(Sort::Date, Field::Date(0, 0, 0, 0, 0, 0, 0)), words("0000-00-00"));
        assert_eq!(seen(Sort::Date, Field::Date(2024, 2, 0, 0, 0, 0, 0)), words("2024-02-00"));
        assert_eq!(seen(Sort::DateTime, Field::Date(0, 0, 0, 0, 0, 0, 0)), words("0000-00-00 00:00:00"));
        assert_eq!(
            seen(Sort::DateTime, Field::Date(2024, 2, 30, 1, 2, 3, 4)),
            words("2024-02-30 01:02:03.000004")
        );
        assert_eq!(seen(Sort::Date, Field::Bytes(b"0000-00-00")), words("0000-00-00"));
    }

    #[test]
    fn text_has_the_digits_of_its_column() {
        let late = Field::Time(false, 1, 0, 0, 0, 120_000);
        let texts = [(0, "24:00:00.120000"), (2, "24:00:00.12"), (6, "24:00:00.120000")];
        for (digits, expected) in texts {
            assert_eq!(owned(Sort::Time, digits, late), words(expected));
        }
        let zero = Field::Date(0, 0, 0, 0, 0, 0, 0);
        assert_eq!(owned(Sort::DateTime, 3, zero), words("0000-00-00 00:00:00.000"));
    }

    #[test]
    fn a_time_beyond_a_day_is_text() {
        let quarter = Time::new(0, 15, 0, 500_000).unwrap();
        assert_eq!(seen(Sort::Time, Field::Time(false, 0, 0, 15, 0, 500)), Value::Time(quarter));
        assert_eq!(seen(Sort::Time, Field::Time(true, 0, 0, 0, 1, 0)), words("-00:00:01"));
        assert_eq!(seen(Sort::Time, Field::Time(true, 34, 22, 59, 59, 0)), words("-838:59:59"));
        assert_eq!(seen(Sort::Time, Field::Bytes(b"838:59:59")), words("838:59:59"));
    }

    #[test]
    fn numbers_that_came_as_text_are_numbers() {
        let largest = Field::Bytes(b"18446744073709551615");
        assert_eq!(seen(Sort::Integer, largest), Value::U64(u64::MAX));
        assert_eq!(seen(Sort::Integer, Field::Bytes(b"-7")), Value::I64(-7));
        assert_eq!(seen(Sort::Double, Field::Bytes(b"1e3")), Value::F64(1000.0));
        assert_eq!(seen(Sort::Float, Field::Bytes(b"0.1")), seen(Sort::Float, Field::Float(0.1)));
        assert_eq!(seen(Sort::Decimal, Field::Bytes(b"1.50")), Value::Decimal("1.50".to_owned()));
    }

    #[test]
    fn bits_are_a_number() {
        assert_eq!(seen(Sort::Bits, Field::Bytes(&[1, 2])), Value::I64(258));
        assert_eq!(seen(Sort::Bits, Field::Bytes(&[255; 8])), Value::U64(u64::MAX));
    }

    #[test]
    fn text_that_is_not_utf8_is_bytes() {
        assert_eq!(seen(Sort::Text, Field::Bytes(&[0xff])), Value::Bytes(vec![0xff]));
        assert_eq!(seen(Sort::Bytes, Field::Bytes(b"a")), Value::Bytes(b"a".to_vec()));
    }
}
