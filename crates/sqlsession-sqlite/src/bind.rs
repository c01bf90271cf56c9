use rusqlite::types::{ToSqlOutput, Value as Stored, ValueRef as Borrowed};
use sqlsession_core::{Error, ErrorKind, Result, Value};

use crate::temporal;

/// A value as SQLite stores it: NULL, integer, real, text or blob. Nothing is copied that need not be.
///
/// Refuses what would not come back as it went in: an unsigned integer beyond 64 bits with a sign, and NaN, which
/// SQLite stores as NULL.
pub(crate) fn bind(value: &Value) -> Result<ToSqlOutput<'_>> {
    Ok(ToSqlOutput::Borrowed(match value {
        Value::Null => Borrowed::Null,
        Value::Bool(value) => Borrowed::Integer((*value).into()),
        Value::I64(value) => Borrowed::Integer(*value),
        Value::U64(value) => Borrowed::Integer(i64::try_from(*value).map_err(|_| {
            Error::new(
                ErrorKind::OutOfRange,
                "an integer of SQLite has 64 bits with a sign: the value is too large",
            )
        })?),
        Value::F64(value) if value.is_nan() => {
            return Err(Error::new(ErrorKind::OutOfRange, "SQLite has no NaN: it would be stored as NULL"));
        }
        Value::F64(value) => Borrowed::Real(*value),
        Value::Text(text) | Value::Decimal(text) | Value::Json(text) => Borrowed::Text(text.as_bytes()),
        Value::Bytes(bytes) => Borrowed::Blob(bytes),
        Value::Date(date) => return Ok(text(temporal::date(*date))),
        Value::Time(time) => return Ok(text(temporal::time(*time))),
        Value::DateTime(at) => return Ok(text(temporal::date_time(*at))),
        Value::OffsetDateTime(at) => return Ok(text(temporal::offset_date_time(*at))),
        Value::Uuid(bytes) => return Ok(text(uuid(bytes))),
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

fn text(text: String) -> ToSqlOutput<'static> {
    ToSqlOutput::Owned(Stored::Text(text))
}

fn uuid(bytes: &[u8; 16]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}
