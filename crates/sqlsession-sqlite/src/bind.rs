use rusqlite::types::{ToSql, ToSqlOutput, ValueRef as Stored};
use sqlsession_core::{Error, ErrorKind, Result, Value, value::TemporalText};

/// A value ready to be bound.
#[derive(Debug)]
pub(crate) enum Bound<'v> {
    Value(Stored<'v>),
    Temporal(TemporalText),
    Uuid([u8; 36]),
}

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Value(value) => *value,
            Self::Temporal(text) => Stored::Text(text.as_str().as_bytes()),
            Self::Uuid(text) => Stored::Text(text),
        }))
    }
}

/// A value as SQLite stores it: NULL, integer, real, text or blob. Nothing is copied that need not be.
///
/// Refuses what would not come back as it went in: an unsigned integer beyond 64 bits with a sign, and NaN, which
/// SQLite stores as NULL.
pub(crate) fn bind(value: &Value) -> Result<Bound<'_>> {
    Ok(Bound::Value(match value {
        Value::Null => Stored::Null,
        Value::Bool(value) => Stored::Integer((*value).into()),
        Value::I64(value) => Stored::Integer(*value),
        Value::U64(value) => Stored::Integer(i64::try_from(*value).map_err(|_| {
            Error::new(
                ErrorKind::OutOfRange,
                "an integer of SQLite has 64 bits with a sign: the value is too large",
            )
        })?),
        Value::F64(value) if value.is_nan() => {
            return Err(Error::new(ErrorKind::OutOfRange, "SQLite has no NaN: it would be stored as NULL"));
        }
        Value::F64(value) => Stored::Real(*value),
        Value::Text(text) | Value::Decimal(text) | Value::Json(text) => Stored::Text(text.as_bytes()),
        Value::Bytes(bytes) => Stored::Blob(bytes),
        Value::Date(date) => return Ok(Bound::Temporal(date.text())),
        Value::Time(time) => return Ok(Bound::Temporal(time.text())),
        Value::DateTime(at) => return Ok(Bound::Temporal(at.text())),
        Value::OffsetDateTime(at) => return Ok(Bound::Temporal(at.text())),
        Value::Uuid(bytes) => return Ok(Bound::Uuid(uuid(bytes))),
        Value::Array(_) => {
            return Err(Error::new(
                ErrorKind::BadParameter,
                "SQLite has no arrays: bind the elements one by one",
            ));
        }
        other => {
            return Err(Error::new(
                ErrorKind::BadParameter,
                format!("SQLite cannot store a value of this type: {other:?}"),
            ));
        }
    }))
}

/// Whether all of them can be bound.
pub(crate) fn check(values: &[Value]) -> Result<()> {
    values.iter().try_for_each(|value| match value {
        Value::U64(_) | Value::F64(_) | Value::Array(_) => bind(value).map(drop),
        _ => Ok(()),
    })
}

/// With hyphens, in small letters.
fn uuid(bytes: &[u8; 16]) -> [u8; 36] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = [b'-'; 36];
    let places = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
    for (byte, place) in bytes.iter().zip(places) {
        text[place] = DIGITS[usize::from(byte >> 4)];
        text[place + 1] = DIGITS[usize::from(byte & 15)];
    }
    text
}
