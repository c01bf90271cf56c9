use super::TemporalText;
use crate::{Error, ErrorKind, Result, Value};

/// A value as SQLite stores it: NULL, integer, real, text or blob. Nothing is copied that need not be.
#[derive(Debug)]
pub enum Stored<'v> {
    /// NULL
    Null,
    /// An INTEGER.
    Integer(i64),
    /// A REAL.
    Real(f64),
    /// TEXT.
    Text(&'v str),
    /// A BLOB.
    Blob(&'v [u8]),
    /// A date or time, as TEXT.
    Temporal(TemporalText),
    /// A UUID, as TEXT.
    Uuid(UuidText),
}

/// A UUID with hyphens, in small letters.
#[derive(Debug, Clone, Copy)]
pub struct UuidText([u8; 36]);

impl UuidText {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl<'v> Stored<'v> {
    /// How SQLite stores this value.
    ///
    /// # Errors
    /// `OutOfRange` for what would not come back as it went in: an unsigned integer beyond 64 bits with a sign, and NaN,
    /// which SQLite stores as NULL. `BadParameter` for an array.
    pub fn of(value: &'v Value) -> Result<Self> {
        Ok(match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Integer((*value).into()),
            Value::I64(value) => Self::Integer(*value),
            Value::U64(value) => Self::Integer(i64::try_from(*value).map_err(|_| {
                Error::new(
                    ErrorKind::OutOfRange,
                    "an integer of SQLite has 64 bits with a sign: the value is too large",
                )
            })?),
            Value::F64(value) if value.is_nan() => {
                let message = "SQLite has no NaN: it would be stored as NULL";
                return Err(Error::new(ErrorKind::OutOfRange, message));
            }
            Value::F64(value) => Self::Real(*value),
            Value::Text(text) | Value::Decimal(text) | Value::Json(text) => Self::Text(text),
            Value::Bytes(bytes) => Self::Blob(bytes),
            Value::Date(date) => Self::Temporal(date.text()),
            Value::Time(time) => Self::Temporal(time.text()),
            Value::DateTime(at) => Self::Temporal(at.text()),
            Value::OffsetDateTime(at) => Self::Temporal(at.text()),
            Value::Uuid(bytes) => Self::Uuid(uuid(bytes)),
            Value::Array(_) => {
                let message = "SQLite has no arrays: bind the elements one by one";
                return Err(Error::new(ErrorKind::BadParameter, message));
            }
        })
    }

    /// Whether all of them can be stored.
    ///
    /// # Errors
    /// As [`of`](Self::of), of the first that cannot.
    pub fn check(values: &[Value]) -> Result<()> {
        values.iter().try_for_each(|value| match value {
            Value::F64(value) if !value.is_nan() => Ok(()),
            Value::U64(_) | Value::F64(_) | Value::Array(_) => Stored::of(value).map(drop),
            _ => Ok(()),
        })
    }
}

fn uuid(bytes: &[u8; 16]) -> UuidText {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = [b'-'; 36];
    let places = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
    for (byte, place) in bytes.iter().zip(places) {
        text[place] = DIGITS[usize::from(byte >> 4)];
        text[place + 1] = DIGITS[usize::from(byte & 15)];
    }
    UuidText(text)
}
