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
