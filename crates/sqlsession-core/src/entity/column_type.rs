use std::borrow::Cow;

use crate::value::{Date, DateTime, OffsetDateTime, Time};

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

/// A Rust type whose values go into a column of one type, unless the field says otherwise.
#[diagnostic::on_unimplemented(
    message = "no column type is known for `{Self}`",
    note = "name one at the field: `#[entity(column_type = \"…\")]`"
)]
pub trait HasColumnType {
    /// The type of its column.
    const COLUMN_TYPE: ColumnType;
    /// Whether the column may be NULL: for an `Option`.
    const IS_NULLABLE: bool = false;
}

impl<T: HasColumnType> HasColumnType for Option<T> {
    const COLUMN_TYPE: ColumnType = T::COLUMN_TYPE;
    const IS_NULLABLE: bool = true;
}

macro_rules! column_types {
    ($($rust:ty => $column:expr;)+) => {$(
        impl HasColumnType for $rust {
            const COLUMN_TYPE: ColumnType = $column;
        }
    )+};
}

column_types! {
    bool => ColumnType::Boolean;
    i8 => ColumnType::SmallInteger;
    i16 => ColumnType::SmallInteger;
    i32 => ColumnType::Integer;
    i64 => ColumnType::BigInteger;
    u8 => ColumnType::SmallInteger;
    u16 => ColumnType::Integer;
    u32 => ColumnType::BigInteger;
    u64 => ColumnType::BigUnsigned;
    f32 => ColumnType::Float;
    f64 => ColumnType::Double;
    char => ColumnType::String(1);
    String => ColumnType::Text;
    Box<str> => ColumnType::Text;
    Vec<u8> => ColumnType::Bytes;
    Date => ColumnType::Date;
    Time => ColumnType::Time;
    DateTime => ColumnType::DateTime;
    OffsetDateTime => ColumnType::OffsetDateTime;
}
