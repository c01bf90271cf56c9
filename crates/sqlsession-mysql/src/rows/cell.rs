use mysql_async::Value;
use sqlsession_core::value::mysql::Field;

/// What a [`Cell`] holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Int,
    UInt,
    Double,
    Date,
    Time,
    /// So many of the short bytes, from there on.
    Short,
    /// The long bytes of this number.
    Long,
}

/// A value of a row, in 16 bytes of the same shape whatever it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub(super) kind: Kind,
    /// Microseconds, or a length.
    pub(super) small: u32,
    /// A number's bits, a date, a time, or where bytes are.
    pub(super) large: u64,
}

impl Cell {
    pub(super) const NULL: Self = Self { kind: Kind::Null, small: 0, large: 0 };

    /// Of a value that is no bytes: those are kept elsewhere.
    #[inline]
    pub(super) fn without_bytes(value: &Value) -> Self {
        debug_assert!(!matches!(value, Value::Bytes(_)), "bytes are kept elsewhere");
        let (kind, small, large) = match *value {
            Value::NULL | Value::Bytes(_) => return Self::NULL,
            Value::Int(number) => (Kind::Int, 0, number.cast_unsigned()),
            Value::UInt(number) => (Kind::UInt, 0, number),
            Value::Float(number) => (Kind::Double, 0, f64::from(number).to_bits()),
            Value::Double(number) => (Kind::Double, 0, number.to_bits()),
            Value::Date(year, month, day, hour, minute, second, micros) => {
                let [low, high] = year.to_le_bytes();
                let large = u64::from_le_bytes([low, high, month, day, hour, minute, second, 0]);
                (Kind::Date, micros, large)
            }
            Value::Time(negative, days, hour, minute, second, micros) => {
                let [a, b, c, d] = days.to_le_bytes();
                let large = u64::from_le_bytes([a, b, c, d, hour, minute, second, negative.into()]);
                (Kind::Time, micros, large)
            }
        };
        Self { kind, small, large }
    }

    /// What it was [made of](Self::without_bytes).
    #[inline]
    pub(super) fn field(self) -> Field<'static> {
        let [a, b, c, d, e, f, g, h] = self.large.to_le_bytes();
        match self.kind {
            Kind::Null | Kind::Short | Kind::Long => Field::Null,
            Kind::Int => Field::Int(self.large.cast_signed()),
            Kind::UInt => Field::UInt(self.large),
            Kind::Double => Field::Double(f64::from_bits(self.large)),
            Kind::Date => Field::Date(u16::from_le_bytes([a, b]), c, d, e, f, g, self.small),
            Kind::Time => Field::Time(h != 0, u32::from_le_bytes([a, b, c, d]), e, f, g, self.small),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_small() {
        assert_eq!(size_of::<Cell>(), 16);
    }

    #[test]
    fn what_is_no_bytes_is_kept_as_it_is() {
        for (value, field) in [
            (Value::NULL, Field::Null),
            (Value::Int(i64::MIN), Field::Int(i64::MIN)),
            (Value::UInt(u64::MAX), Field::UInt(u64::MAX)),
            (Value::Float(0.1), Field::Double(f64::from(0.1_f32))),
            (Value::Double(-0.1), Field::Double(-0.1)),
            (Value::Date(9999, 12, 31, 23, 59, 58, 999_999), Field::Date(9999, 12, 31, 23, 59, 58, 999_999)),
            (Value::Time(true, 34, 22, 59, 58, 1), Field::Time(true, 34, 22, 59, 58, 1)),
            (Value::Time(false, 0, 1, 2, 3, 4), Field::Time(false, 0, 1, 2, 3, 4)),
        ] {
            assert_eq!(Cell::without_bytes(&value).field(), field, "{value:?}");
        }
    }
}
