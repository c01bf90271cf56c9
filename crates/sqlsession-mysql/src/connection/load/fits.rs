use mysql_async::{
    Column, Value,
    consts::{ColumnFlags, ColumnType},
};

use crate::{connection::described::takes_null, types::sort_of};
use sqlsession_core::value::mysql::Sort;

/// What a column stores alike, be it given as a parameter or as text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fits {
    kind: Kind,
    /// NULL in a column that takes none is something of the server's choice in a file, and not always with a warning.
    takes_null: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
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
        Self { kind: Kind::of(column), takes_null: takes_null(column) }
    }

    /// Whether there is any value that it stores alike.
    pub(super) fn takes_some(self) -> bool {
        self.kind != Kind::Nothing
    }

    /// Whether it stores this value alike. Bytes are text here.
    pub(super) fn takes(self, value: &Value) -> bool {
        let kind = self.kind;
        match value {
            Value::NULL => self.takes_null,
            Value::Bytes(_) => kind != Kind::Nothing,
            Value::Int(_) | Value::UInt(_) => matches!(kind, Kind::Number | Kind::Float | Kind::Text),
            Value::Double(number) => kind == Kind::Float && number.is_finite(),
            Value::Time(..) => kind == Kind::Time,
            Value::Date(..) => kind == Kind::DateTime,
            Value::Float(_) => false,
        }
    }
}

impl Kind {
    fn of(column: &Column) -> Self {
        if column.column_type() == ColumnType::MYSQL_TYPE_YEAR
            || column.flags().intersects(ColumnFlags::ENUM_FLAG | ColumnFlags::SET_FLAG)
        {
            return Self::OnlyText;
        }
        match sort_of(column) {
            Sort::Integer | Sort::Decimal => Self::Number,
            Sort::Float | Sort::Double => Self::Float,
            Sort::Text => Self::Text,
            Sort::Date | Sort::Json => Self::OnlyText,
            Sort::DateTime => Self::DateTime,
            Sort::Time => Self::Time,
            Sort::Bits | Sort::Bytes => Self::Nothing,
        }
    }
}
