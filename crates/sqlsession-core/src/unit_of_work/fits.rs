//! Which values can go together, and as what.

use crate::{
    Value,
    entity::ColumnType,
    value::{Date, DateTime, Time},
};

/// How the array of a column's values is written for PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ArrayOf {
    /// As an array of this type, which the server assigns to whatever the column is.
    Type(&'static str),
    /// As an array of what the column is: its values say no type themselves, so they would be refused as text.
    Column,
}

impl ArrayOf {
    /// `None` for a column whose values cannot stand in an array.
    pub(super) fn column(column_type: &ColumnType) -> Option<Self> {
        Some(match column_type {
            ColumnType::Boolean => Self::Type("boolean"),
            ColumnType::SmallInteger | ColumnType::Integer | ColumnType::BigInteger => Self::Type("bigint"),
            ColumnType::BigUnsigned | ColumnType::Decimal(_) => Self::Type("numeric"),
            ColumnType::Float | ColumnType::Double => Self::Type("double precision"),
            ColumnType::Bytes => Self::Type("bytea"),
            ColumnType::Date => Self::Type("date"),
            ColumnType::Time => Self::Type("time"),
            ColumnType::DateTime => Self::Type("timestamp"),
            ColumnType::OffsetDateTime => Self::Type("timestamptz"),
            ColumnType::Uuid => Self::Type("uuid"),
            // A column that is an array is not made an array of: those are taken for one of more dimensions.
            ColumnType::Custom(name) if name.ends_with(']') => return None,
            ColumnType::Text | ColumnType::String(_) | ColumnType::Json | ColumnType::Custom(_) => {
                Self::Column
            }
            ColumnType::Array(_) => return None,
        })
    }
}

/// Whether a value can stand in the array of such a column and means there what it means alone.
pub(super) fn fits_array(column_type: &ColumnType, value: &Value) -> bool {
    let Some(array) = ArrayOf::column(column_type) else { return false };
    // What a type of the user's is, only its values tell: it may be a domain over arrays.
    let is_known = !matches!(column_type, ColumnType::Custom(_));
    if value.is_null() {
        return is_known;
    }
    matches!(
        (array, value),
        (ArrayOf::Column, Value::Text(_) | Value::Json(_))
            | (ArrayOf::Type("boolean"), Value::Bool(_))
            | (ArrayOf::Type("bigint"), Value::I64(_))
            | (ArrayOf::Type("numeric"), Value::I64(_) | Value::U64(_) | Value::Decimal(_))
            | (ArrayOf::Type("double precision"), Value::F64(_))
            | (ArrayOf::Type("bytea"), Value::Bytes(_))
            | (ArrayOf::Type("date"), Value::Date(_))
            | (ArrayOf::Type("time"), Value::Time(_))
            | (ArrayOf::Type("timestamp"), Value::DateTime(_))
            | (ArrayOf::Type("timestamptz"), Value::OffsetDateTime(_))
            | (ArrayOf::Type("uuid"), Value::Uuid(_))
    )
}

/// What a value is in a column of a joined table, which has one type for all its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JoinedAs {
    Signed,
    Unsigned,
    Float,
    Text,
}

/// The longest text that is joined, in bytes. MariaDB keeps the length of such a column in 16 bits, and stores the rest of
/// what is longer without a word.
const MOST_JOINED_TEXT: usize = 4_096;

impl JoinedAs {
    /// `None` of NULL, which goes with every type; an error of what cannot be joined, for bytes would be taken for
    /// text of some character set.
    pub(super) fn of(value: &Value) -> Result<Option<Self>, ()> {
        Ok(Some(match value {
            Value::Null => return Ok(None),
            Value::Bool(_) | Value::I64(_) => Self::Signed,
            Value::U64(_) => Self::Unsigned,
            Value::F64(_) => Self::Float,
            Value::Text(text) | Value::Json(text) | Value::Decimal(text) if text.len() > MOST_JOINED_TEXT => {
                return Err(());
            }
            // What is text already, or is made text of by `as_joined`.
            Value::Text(_) | Value::Json(_) | Value::Date(_) | Value::Decimal(_) | Value::Time(_) => {
                Self::Text
            }
            Value::DateTime(at) if is_plain(at.date()) => Self::Text,
            Value::OffsetDateTime(at) if is_plain(at.local().date()) => Self::Text,
            _ => return Err(()),
        }))
    }

    /// Whether rows can be found by a key of such values: text is compared by whose collation, and what is text here
    /// is compared as floats with a number.
    pub(super) fn finds(self) -> bool {
        matches!(self, Self::Signed | Self::Unsigned)
    }
}

/// A value that is stored in a column and not reckoned with. A decimal number goes as text: it would stand in a CAST for
/// its own number of digits, and every row in a statement of its own.
pub(super) fn as_stored(value: Value) -> Value {
    match value {
        Value::Decimal(text) => Value::Text(text),
        value => value,
    }
}

/// A value in a column of a joined table. Times go as text, without what is below a microsecond: MySQL finds one precision
/// for the column, and may cut the fractions of seconds of other rows.
pub(super) fn as_joined(value: Value) -> Value {
    let whole = |time: Time| {
        let micros = time.nanosecond() / 1_000;
        Time::new(time.hour(), time.minute(), time.second(), micros * 1_000).unwrap_or(time)
    };
    let at =
        |at: DateTime| Value::Text(DateTime::new(at.date(), whole(at.time())).text().as_str().to_owned());
    match value {
        Value::Time(time) => Value::Text(whole(time).text().as_str().to_owned()),
        Value::DateTime(local) => at(local),
        Value::OffsetDateTime(offset) => {
            let utc = DateTime::from_unix(offset.unix_seconds(), offset.local().time().nanosecond());
            utc.map_or(value, at)
        }
        value => as_stored(value),
    }
}

/// Whether a year is one that the servers have, with a day to either side.
fn is_plain(date: Date) -> bool {
    (1..9_999).contains(&date.year())
}

/// About how many bytes a value takes on its way.
pub(super) fn size(value: &Value) -> usize {
    const HEAD: usize = 10;
    HEAD + match value {
        Value::Text(text) | Value::Json(text) | Value::Decimal(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Array(values) => values.iter().map(size).sum(),
        _ => 0,
    }
}
