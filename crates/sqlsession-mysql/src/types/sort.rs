use mysql_async::{Column, consts::ColumnType};

/// The number of the character set `binary`: what has it is bytes, not text.
const BINARY: u16 = 63;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
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
    /// What a column of this description holds.
    pub(crate) fn of(column: &Column) -> Self {
        use ColumnType as T;
        match column.column_type() {
            T::MYSQL_TYPE_TINY
            | T::MYSQL_TYPE_SHORT
            | T::MYSQL_TYPE_INT24
            | T::MYSQL_TYPE_LONG
            | T::MYSQL_TYPE_LONGLONG
            | T::MYSQL_TYPE_YEAR => Self::Integer,
            T::MYSQL_TYPE_FLOAT => Self::Float,
            T::MYSQL_TYPE_DOUBLE => Self::Double,
            T::MYSQL_TYPE_DECIMAL | T::MYSQL_TYPE_NEWDECIMAL => Self::Decimal,
            T::MYSQL_TYPE_DATE | T::MYSQL_TYPE_NEWDATE => Self::Date,
            T::MYSQL_TYPE_DATETIME
            | T::MYSQL_TYPE_DATETIME2
            | T::MYSQL_TYPE_TIMESTAMP
            | T::MYSQL_TYPE_TIMESTAMP2 => Self::DateTime,
            T::MYSQL_TYPE_TIME | T::MYSQL_TYPE_TIME2 => Self::Time,
            T::MYSQL_TYPE_JSON => Self::Json,
            T::MYSQL_TYPE_BIT => Self::Bits,
            T::MYSQL_TYPE_VARCHAR
            | T::MYSQL_TYPE_VAR_STRING
            | T::MYSQL_TYPE_STRING
            | T::MYSQL_TYPE_ENUM
            | T::MYSQL_TYPE_SET
            | T::MYSQL_TYPE_TINY_BLOB
            | T::MYSQL_TYPE_MEDIUM_BLOB
            | T::MYSQL_TYPE_LONG_BLOB
            | T::MYSQL_TYPE_BLOB
                if column.character_set() != BINARY =>
            {
                Self::Text
            }
            _ => Self::Bytes,
        }
    }

    /// Whether some of its values can only be shown as text that has to be made.
    pub(crate) fn may_compute(self) -> bool {
        matches!(self, Self::Date | Self::DateTime | Self::Time)
    }
}
