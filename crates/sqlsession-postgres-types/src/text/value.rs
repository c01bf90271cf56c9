use std::fmt::{self, Write};

use sqlsession_core::ValueRef;

use super::{array, float, temporal};

/// The value as PostgreSQL would read it. NULL has no text and writes nothing.
pub fn write_value(value: ValueRef<'_>, out: &mut impl Write) -> fmt::Result {
    match value {
        ValueRef::Bool(truth) => write!(out, "{truth}"),
        ValueRef::I64(number) => write!(out, "{number}"),
        ValueRef::U64(number) => write!(out, "{number}"),
        ValueRef::F64(number) => float::write_f64(number, out),
        ValueRef::Decimal(text) | ValueRef::Text(text) | ValueRef::Json(text) => out.write_str(text),
        ValueRef::Bytes(bytes) => {
            out.write_str("\\x")?;
            write_hex(bytes, out)
        }
        ValueRef::Date(date) => temporal::write_date(date, out),
        ValueRef::Time(time) => temporal::write_time(time, out),
        ValueRef::DateTime(at) => temporal::write_date_time(at, out),
        ValueRef::OffsetDateTime(at) => temporal::write_offset_date_time(at, out),
        ValueRef::Uuid(bytes) => write_uuid(&bytes, out),
        ValueRef::Array(values) => array::write_array(values, ',', out),
        _ => Ok(()),
    }
}

fn write_hex(bytes: &[u8], out: &mut impl Write) -> fmt::Result {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        out.write_char(DIGITS[usize::from(byte >> 4)].into())?;
        out.write_char(DIGITS[usize::from(byte & 15)].into())?;
    }
    Ok(())
}

/// With hyphens, in small letters.
fn write_uuid(bytes: &[u8; 16], out: &mut impl Write) -> fmt::Result {
    for (index, part) in [0..4, 4..6, 6..8, 8..10, 10..16].into_iter().enumerate() {
        if index > 0 {
            out.write_char('-')?;
        }
        write_hex(&bytes[part], out)?;
    }
    Ok(())
}
