/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Whole numbers.
    Integer,
    /// A `FLOAT`.
    Float,
    /// A `DOUBLE`.
    Double,
    /// A decimal number, which travels as text.
    Decimal,
    /// A `DATE`.
    Date,
    /// A `DATETIME` or `TIMESTAMP`.
    DateTime,
    /// A `TIME`, which is a span and may be longer than a day.
    Time,
    /// Text in the connection's character set.
    Text,
    /// JSON by its own type (MySQL; MariaDB's is text).
    Json,
    /// Bits, as bytes with the highest first.
    Bits,
    /// Bytes.
    Bytes,
}

impl Sort {
    /// Whether some of its values can only be shown as text that has to be made.
    #[must_use]
    pub fn may_compute(self) -> bool {
        matches!(self, Self::Date | Self::DateTime | Self::Time)
    }
}
