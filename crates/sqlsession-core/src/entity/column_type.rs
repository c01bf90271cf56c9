use std::borrow::Cow;

/// What a column holds, in words of no one database.
///
/// `CREATE TABLE` takes the backend's own type for it, and PostgreSQL is told by it what the values of many rows are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ColumnType {
    /// A truth value.
    Boolean,
    /// A signed integer of 16 bits.
    SmallInteger,
    /// A signed integer of 32 bits.
    Integer,
    /// A signed integer of 64 bits.
    BigInteger,
    /// An unsigned integer of 64 bits: `BIGINT UNSIGNED` of MySQL, `numeric(20)` of PostgreSQL.
    BigUnsigned,
    /// A float of 32 bits.
    Float,
    /// A float of 64 bits.
    Double,
    /// A decimal number: of so many digits, so many of them behind the point; or of any.
    Decimal(Option<(u32, u32)>),
    /// Text of any length.
    Text,
    /// Text of at most so many characters.
    String(u32),
    /// Bytes.
    Bytes,
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// A date and time without a time zone.
    DateTime,
    /// A date and time with a time zone, or in UTC where the backend has no such type.
    OffsetDateTime,
    /// A UUID.
    Uuid,
    /// JSON.
    Json,
    /// An array of PostgreSQL.
    Array(Box<Self>),
    /// A type by its own name, as SQL.
    Custom(Cow<'static, str>),
}
