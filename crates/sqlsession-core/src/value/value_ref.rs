use super::{Date, DateTime, OffsetDateTime, Time, Value};

/// A value inside a row, borrowed from it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum ValueRef<'r> {
    /// SQL NULL.
    Null,
    /// A truth value.
    Bool(bool),
    /// A signed integer.
    I64(i64),
    /// An unsigned integer, for what is beyond `i64`.
    U64(u64),
    /// A floating point number.
    F64(f64),
    /// A decimal number of any precision, as text.
    Decimal(&'r str),
    /// Text.
    Text(&'r str),
    /// Bytes; also text that is not valid UTF-8.
    Bytes(&'r [u8]),
    /// A date.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// A date and time without a time zone.
    DateTime(DateTime),
    /// A date and time with an offset from UTC.
    OffsetDateTime(OffsetDateTime),
    /// A UUID's 16 bytes.
    Uuid([u8; 16]),
    /// JSON, as text.
    Json(&'r str),
    /// An array, decoded.
    Array(&'r [Value]),
}

impl ValueRef<'_> {
    /// The same value, owned.
    #[must_use]
    pub fn to_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(truth) => Value::Bool(truth),
            Self::I64(number) => Value::I64(number),
            Self::U64(number) => Value::U64(number),
            Self::F64(number) => Value::F64(number),
            Self::Decimal(text) => Value::Decimal(text.to_owned()),
            Self::Text(text) => Value::Text(text.to_owned()),
            Self::Bytes(bytes) => Value::Bytes(bytes.to_vec()),
            Self::Date(date) => Value::Date(date),
            Self::Time(time) => Value::Time(time),
            Self::DateTime(at) => Value::DateTime(at),
            Self::OffsetDateTime(at) => Value::OffsetDateTime(at),
            Self::Uuid(bytes) => Value::Uuid(bytes),
            Self::Json(text) => Value::Json(text.to_owned()),
            Self::Array(values) => Value::Array(values.to_vec()),
        }
    }

    /// Whether this is SQL NULL.
    #[must_use]
    pub fn is_null(self) -> bool {
        matches!(self, Self::Null)
    }

    /// The type in a word or two, as error messages name it.
    #[must_use]
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::I64(_) => "integer",
            Self::U64(_) => "unsigned integer",
            Self::F64(_) => "float",
            Self::Decimal(_) => "decimal",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::Date(_) => "date",
            Self::Time(_) => "time",
            Self::DateTime(_) => "date-time",
            Self::OffsetDateTime(_) => "date-time with offset",
            Self::Uuid(_) => "uuid",
            Self::Json(_) => "json",
            Self::Array(_) => "array",
        }
    }
}
