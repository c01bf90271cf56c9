use mysql_async::Value as Raw;
use sqlsession_core::value::mysql::Field;

/// A value of mysql_async's row.
#[inline]
pub(crate) fn field(raw: &Raw) -> Field<'_> {
    match *raw {
        Raw::NULL => Field::Null,
        Raw::Int(number) => Field::Int(number),
        Raw::UInt(number) => Field::UInt(number),
        Raw::Float(number) => Field::Float(number),
        Raw::Double(number) => Field::Double(number),
        Raw::Date(year, month, day, hour, minute, second, micros) => {
            Field::Date(year, month, day, hour, minute, second, micros)
        }
        Raw::Time(negative, days, hour, minute, second, micros) => {
            Field::Time(negative, days, hour, minute, second, micros)
        }
        Raw::Bytes(ref bytes) => Field::Bytes(bytes),
    }
}
