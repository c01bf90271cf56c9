//! The bytes of a row's values, as sqlx keeps them.

use sqlsession_core::value::mysql::{Field, Sort};
use sqlx_core::{type_info::TypeInfo as _, types::Type};
use sqlx_mysql::{MySql, MySqlTypeInfo};

/// What a column holds, and how wide it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) sort: Sort,
    unsigned: bool,
}

impl Shape {
    pub(super) fn of(info: &MySqlTypeInfo) -> Self {
        let sort = match info.name() {
            "FLOAT" => Sort::Float,
            "DOUBLE" => Sort::Double,
            "DECIMAL" => Sort::Decimal,
            "DATE" => Sort::Date,
            "DATETIME" | "TIMESTAMP" => Sort::DateTime,
            "TIME" => Sort::Time,
            "JSON" => Sort::Json,
            "BIT" => Sort::Bits,
            "BOOLEAN" | "YEAR" => Sort::Integer,
            name if name.contains("INT") => Sort::Integer,
            // The character set decides, which this tells.
            _ if <str as Type<MySql>>::compatible(info) => Sort::Text,
            _ => Sort::Bytes,
        };
        let unsigned = sort == Sort::Integer && <u64 as Type<MySql>>::compatible(info);
        Self { sort, unsigned: unsigned || info.name() == "YEAR" }
    }

    /// A value of a prepared statement's row.
    pub(super) fn binary(self, bytes: &[u8]) -> Field<'_> {
        let field = match self.sort {
            Sort::Integer => self.integer(bytes),
            Sort::Float => bytes.try_into().ok().map(|bytes| Field::Float(f32::from_le_bytes(bytes))),
            Sort::Double => bytes.try_into().ok().map(|bytes| Field::Double(f64::from_le_bytes(bytes))),
            Sort::Date | Sort::DateTime => date(bytes),
            Sort::Time => time(bytes),
            _ => None,
        };
        field.unwrap_or(Field::Bytes(bytes))
    }

    fn integer(self, bytes: &[u8]) -> Option<Field<'_>> {
        let mut wide = [0; 8];
        wide.get_mut(..bytes.len())?.copy_from_slice(bytes);
        let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
        if self.unsigned {
            return Some(Field::UInt(u64::from_le_bytes(wide)));
        }
        if negative {
            wide.iter_mut().skip(bytes.len()).for_each(|byte| *byte = 0xff);
        }
        Some(Field::Int(i64::from_le_bytes(wide)))
    }
}

/// The length, and what is not zero of year, month, day, hour, minute, second and microseconds.
fn date(bytes: &[u8]) -> Option<Field<'_>> {
    let (_, rest) = bytes.split_first()?;
    let byte = |index: usize| rest.get(index).copied().unwrap_or_default();
    let year = u16::from_le_bytes([byte(0), byte(1)]);
    let micros = u32::from_le_bytes([byte(7), byte(8), byte(9), byte(10)]);
    Some(Field::Date(year, byte(2), byte(3), byte(4), byte(5), byte(6), micros))
}

/// The length, and what is not zero of the sign, days, hours, minutes, seconds and microseconds.
fn time(bytes: &[u8]) -> Option<Field<'_>> {
    let (_, rest) = bytes.split_first()?;
    let byte = |index: usize| rest.get(index).copied().unwrap_or_default();
    let days = u32::from_le_bytes([byte(1), byte(2), byte(3), byte(4)]);
    let micros = u32::from_le_bytes([byte(8), byte(9), byte(10), byte(11)]);
    Some(Field::Time(byte(0) != 0, days, byte(5), byte(6), byte(7), micros))
}
