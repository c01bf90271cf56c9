use mysql_async::Value as Raw;
use sqlsession_core::{
    Error, ErrorKind, Result, Value,
    value::{
        Date, DateTime, Time,
        mysql::{Decimal, finite},
    },
};

/// What a value is as a parameter of a prepared statement, on a server with so many digits behind a decimal's point.
///
/// # Errors
/// `BadParameter` for what MySQL has nothing for: arrays, and dates outside of the years 0 to 9999. As [`Decimal::of`] and
/// [`finite`].
pub(crate) fn bind(value: &Value, most_fraction: usize) -> Result<Raw> {
    match value {
        Value::Decimal(text) => Ok(Decimal::of(text, most_fraction)?.text().into()),
        Value::Text(text) | Value::Json(text) => Ok(text.as_str().into()),
        Value::Bytes(bytes) => Ok(Raw::Bytes(bytes.clone())),
        short => bind_short(short),
    }
}

/// As [`bind`], of a value that is of no more use: what is long is not copied.
#[inline]
pub(crate) fn bind_owned(value: Value, most_fraction: usize) -> Result<Raw> {
    match value {
        // What most values are is bound where it is asked for.
        Value::Null => Ok(Raw::NULL),
        Value::I64(number) => Ok(Raw::Int(number)),
        Value::F64(number) => finite(number).map(Raw::Double),
        Value::Decimal(text) => {
            let rewritten = Decimal::of(&text, most_fraction)?.rewritten();
            Ok(Raw::Bytes(rewritten.unwrap_or(text).into_bytes()))
        }
        Value::Text(text) | Value::Json(text) => Ok(Raw::Bytes(text.into_bytes())),
        Value::Bytes(bytes) => Ok(Raw::Bytes(bytes)),
        short => bind_short(&short),
    }
}

/// A value that has no bytes of its own to copy.
fn bind_short(value: &Value) -> Result<Raw> {
    Ok(match value {
        Value::Null => Raw::NULL,
        Value::Bool(truth) => Raw::Int((*truth).into()),
        Value::I64(number) => Raw::Int(*number),
        Value::U64(number) => Raw::UInt(*number),
        Value::F64(number) => Raw::Double(finite(*number)?),
        // mysql_async would send it as a date and time.
        Value::Date(date) => {
            year(*date)?;
            date.text().as_str().into()
        }
        Value::Time(time) => {
            Raw::Time(false, 0, time.hour(), time.minute(), time.second(), time.nanosecond() / 1_000)
        }
        Value::DateTime(at) => date_and_time(at.date(), at.time())?,
        Value::OffsetDateTime(at) => {
            let utc = DateTime::from_unix(at.unix_seconds(), at.local().time().nanosecond())?;
            date_and_time(utc.date(), utc.time())?
        }
        Value::Uuid(bytes) => Raw::Bytes(hyphenated(bytes).into_bytes()),
        other => {
            return Err(Error::new(
                ErrorKind::BadParameter,
                format!("a value of type {} cannot be sent to MySQL", other.type_name()),
            ));
        }
    })
}

/// The types that parameters are sent as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    Signed,
    Unsigned,
    Double,
    Bytes,
    Time,
    DateTime,
}

impl Sent {
    /// What [`bind`] makes of a value; `None` of NULL, which goes with all.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Null => return None,
            Value::Bool(_) | Value::I64(_) => Self::Signed,
            Value::U64(_) => Self::Unsigned,
            Value::F64(_) => Self::Double,
            Value::Time(_) => Self::Time,
            Value::DateTime(_) | Value::OffsetDateTime(_) => Self::DateTime,
            _ => Self::Bytes,
        })
    }
}

/// All values of a statement.
pub(crate) fn bind_all(values: &[Value], most_fraction: usize) -> Result<Vec<Raw>> {
    let mut bound = Vec::with_capacity(values.len());
    for value in values {
        bound.push(bind(value, most_fraction)?);
    }
    Ok(bound)
}

/// Whether all values of a statement can be bound.
///
/// # Errors
/// As [`bind`].
pub(crate) fn check_all(values: &[Value], most_fraction: usize) -> Result<()> {
    let is_checked = |value: &&Value| !matches!(value, Value::Text(_) | Value::Json(_) | Value::Bytes(_));
    values.iter().filter(is_checked).try_for_each(|value| bind(value, most_fraction).map(drop))
}

/// At most so many bytes a value takes in a packet.
pub(crate) fn size(value: &Value) -> usize {
    /// The longest length before a text, and what comes before the values for each of them.
    const AROUND: usize = 9 + 3;
    AROUND
        + match value {
            // An exponent is written out.
            Value::Decimal(text) if text.contains(['e', 'E']) => Decimal::LONGEST,
            Value::Decimal(text) | Value::Text(text) | Value::Json(text) => text.len(),
            Value::Bytes(bytes) => bytes.len(),
            Value::Uuid(_) => 36,
            _ => 13,
        }
}

fn date_and_time(date: Date, time: Time) -> Result<Raw> {
    let year = year(date)?;
    let micros = time.nanosecond() / 1_000;
    Ok(Raw::Date(year, date.month(), date.day(), time.hour(), time.minute(), time.second(), micros))
}

fn year(date: Date) -> Result<u16> {
    u16::try_from(date.year()).ok().filter(|year| *year <= 9_999).ok_or_else(|| {
        Error::new(ErrorKind::BadParameter, format!("MySQL has no dates of the year {}", date.year()))
    })
}

fn hyphenated(bytes: &[u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(digit.into(), 16).unwrap_or_default());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlsession_core::value::OffsetDateTime;

    #[test]
    fn a_uuid_is_its_text() {
        let bytes = *b"\x12\x3e\x45\x67\xe8\x9b\x12\xd3\xa4\x56\x42\x66\x14\x17\x40\x00";
        let expected = "123e4567-e89b-12d3-a456-426614174000";
        assert_eq!(bind(&Value::Uuid(bytes), 30).unwrap(), Raw::from(expected));
    }

    #[test]
    fn values_of_one_type_are_sent_as_one() {
        let day = Date::new(2024, 1, 1).unwrap();
        let time = Time::new(1, 2, 3, 0).unwrap();
        let at = DateTime::new(day, time);
        for value in [
            Value::Null,
            Value::Bool(true),
            Value::I64(-1),
            Value::U64(1),
            Value::F64(0.5),
            Value::Decimal("1".to_owned()),
            Value::Decimal("1E-7".to_owned()),
            Value::Text("a".to_owned()),
            Value::Json("{}".to_owned()),
            Value::Bytes(vec![1]),
            Value::Date(day),
            Value::Time(time),
            Value::DateTime(at),
            Value::OffsetDateTime(OffsetDateTime::new(at, 0).unwrap()),
            Value::Uuid([0; 16]),
        ] {
            let raw = bind(&value, 30).unwrap();
            let expected = match raw {
                Raw::NULL => None,
                Raw::Int(_) => Some(Sent::Signed),
                Raw::UInt(_) => Some(Sent::Unsigned),
                Raw::Double(_) | Raw::Float(_) => Some(Sent::Double),
                Raw::Bytes(_) => Some(Sent::Bytes),
                Raw::Time(..) => Some(Sent::Time),
                Raw::Date(..) => Some(Sent::DateTime),
            };
            assert_eq!(Sent::of(&value), expected, "{value:?}");
            assert_eq!(bind_owned(value, 30).unwrap(), raw);
        }
    }

    #[test]
    fn a_time_with_an_offset_is_sent_in_utc() {
        let local = DateTime::new(Date::new(2024, 1, 1).unwrap(), Time::new(1, 0, 0, 5_000).unwrap());
        let value = Value::OffsetDateTime(OffsetDateTime::new(local, 7_200).unwrap());
        assert_eq!(bind(&value, 30).unwrap(), Raw::Date(2023, 12, 31, 23, 0, 0, 5));
    }

    #[test]
    fn what_mysql_has_nothing_for_is_refused() {
        for value in [Value::array([1_i64]), Value::Date(Date::new(10_000, 1, 1).unwrap())] {
            assert_eq!(bind(&value, 30).unwrap_err().kind(), ErrorKind::BadParameter);
        }
    }
}
