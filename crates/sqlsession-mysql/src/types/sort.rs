use mysql_async::{Column, consts::ColumnType};
use sqlsession_core::value::mysql::Sort;

/// The number of the character set `binary`: what has it is bytes, not text.
const BINARY: u16 = 63;

/// What a column of this description holds.
pub(crate) fn sort_of(column: &Column) -> Sort {
    use ColumnType as T;
    match column.column_type() {
        T::MYSQL_TYPE_TINY
        | T::MYSQL_TYPE_SHORT
        | T::MYSQL_TYPE_INT24
        | T::MYSQL_TYPE_LONG
        | T::MYSQL_TYPE_LONGLONG
        | T::MYSQL_TYPE_YEAR => Sort::Integer,
        T::MYSQL_TYPE_FLOAT => Sort::Float,
        T::MYSQL_TYPE_DOUBLE => Sort::Double,
        T::MYSQL_TYPE_DECIMAL | T::MYSQL_TYPE_NEWDECIMAL => Sort::Decimal,
        T::MYSQL_TYPE_DATE | T::MYSQL_TYPE_NEWDATE => Sort::Date,
        T::MYSQL_TYPE_DATETIME
        | T::MYSQL_TYPE_DATETIME2
        | T::MYSQL_TYPE_TIMESTAMP
        | T::MYSQL_TYPE_TIMESTAMP2 => Sort::DateTime,
        T::MYSQL_TYPE_TIME | T::MYSQL_TYPE_TIME2 => Sort::Time,
        T::MYSQL_TYPE_JSON => Sort::Json,
        T::MYSQL_TYPE_BIT => Sort::Bits,
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
            Sort::Text
        }
        _ => Sort::Bytes,
    }
}
