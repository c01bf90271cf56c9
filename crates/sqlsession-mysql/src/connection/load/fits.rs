use mysql_async::{
    Column, Value,
    consts::{ColumnFlags, ColumnType},
};

use crate::types::Sort;

/// What a column stores alike, be it given as a parameter or as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fits {
    /// Numbers of any sort but floats, whose text is rounded otherwise.
    Number,
    Float,
    /// Text, and whole numbers, of which the text is stored.
    Text,
    /// Text that the server reads: a number given as a parameter would be an index, a year or a date.
    OnlyText,
    Time,
    DateTime,
    /// Bits and bytes.
    Nothing,
}

impl Fits {
    pub(super) fn of(column: &Column) -> Self {
        if column.column_type() == ColumnType::MYSQL_TYPE_YEAR
            || column.flags().intersects(ColumnFlags::ENUM_FLAG | ColumnFlags::SET_FLAG)
        {
            return Self::OnlyText;
        }
        match Sort::of(column) {
            Sort::Integer | Sort::Decimal => Self::Number,
            Sort::Float => Self::Float,
            Sort::Text => Self::Text,
            Sort::Date | Sort::Json => Self::OnlyText,
            Sort::DateTime => Self::DateTime,
            Sort::Time => Self::Time,
            Sort::Bits | Sort::Bytes => Self::Nothing,
        }
    }

    /// Whether it stores this value alike. Bytes are text here.
    pub(super) fn takes(self, value: &Value) -> bool {
        match value {
            Value::NULL => true,
            Value::Bytes(_) => self != Self::Nothing,
            Value::Int(_) | Value::UInt(_) => matches!(self, Self::Number | Self::Float | Self::Text),
            Value::Double(number) => self == Self::Float && number.is_finite(),
            Value::Time(..) => self == Self::Time,
            Value::Date(..) => self == Self::DateTime,
            Value::Float(_) => false,
        }
    }
}
