use super::{Date, DateTime, OffsetDateTime, Time};

/// An owned value: what a bind parameter holds.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// SQL NULL, which fits a parameter of any type.
    Null,
    /// A truth value.
    Bool(bool),
    /// A signed integer.
    I64(i64),
    /// An unsigned integer, for what is beyond `i64`.
    U64(u64),
    /// A floating point number.
    F64(f64),
    /// A decimal number of any precision, as text: `-12.340`.
    Decimal(String),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
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
    Json(String),
    /// An array, or the list behind `in :ids`.
    Array(Vec<Value>),
}
