use super::{Date, DateTime, OffsetDateTime, Time, ValueRef};

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
    Array(Vec<Self>),
}

impl Value {
    /// The same value, borrowed.
    #[must_use]
    pub fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Bool(truth) => ValueRef::Bool(*truth),
            Self::I64(number) => ValueRef::I64(*number),
            Self::U64(number) => ValueRef::U64(*number),
            Self::F64(number) => ValueRef::F64(*number),
            Self::Decimal(text) => ValueRef::Decimal(text),
            Self::Text(text) => ValueRef::Text(text),
            Self::Bytes(bytes) => ValueRef::Bytes(bytes),
            Self::Date(date) => ValueRef::Date(*date),
            Self::Time(time) => ValueRef::Time(*time),
            Self::DateTime(at) => ValueRef::DateTime(*at),
            Self::OffsetDateTime(at) => ValueRef::OffsetDateTime(*at),
            Self::Uuid(bytes) => ValueRef::Uuid(*bytes),
            Self::Json(text) => ValueRef::Json(text),
            Self::Array(values) => ValueRef::Array(values),
        }
    }

    /// An array of these values, which is also the list behind `in :ids`.
    ///
    /// ```
    /// use sqlsession_core::Value;
    ///
    /// let nested = Value::array([vec![1_i64, 2], vec![3]]);
    /// assert_eq!(nested.type_name(), "array");
    /// ```
    pub fn array<T: Into<Self>>(values: impl IntoIterator<Item = T>) -> Self {
        Self::Array(values.into_iter().map(Into::into).collect())
    }

    /// Whether this is SQL NULL.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The type in a word or two, as error messages name it.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.as_ref().type_name()
    }
}
