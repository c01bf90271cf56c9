use sqlsession_core::{
    ValueRef,
    value::{DateTime, OffsetDateTime},
};

use super::Decoding;
use crate::pg_epoch;

/// As text, because no date and no moment is one of these.
const INFINITY: ValueRef<'static> = ValueRef::Text("infinity");
const MINUS_INFINITY: ValueRef<'static> = ValueRef::Text("-infinity");

impl Decoding {
    /// The value, without an allocation; `None` if it must be computed. Bytes that are malformed are the value.
    #[inline]
    pub fn borrowed(self, raw: &[u8]) -> Option<ValueRef<'_>> {
        let value = match self {
            Self::Bool => number(raw).map(|[truth]: [u8; 1]| ValueRef::Bool(truth != 0)),
            Self::Int2 | Self::Int4 | Self::Int8 | Self::Oid => self.integer(raw).map(ValueRef::I64),
            Self::Float4 | Self::Float8 => self.float(raw).map(ValueRef::F64),
            Self::Text => str::from_utf8(raw).ok().map(ValueRef::Text),
            Self::Char => char(raw),
            Self::Json => str::from_utf8(raw).ok().map(ValueRef::Json),
            Self::Jsonb => numbered(raw).map(ValueRef::Json),
            Self::NumberedText => numbered(raw).map(ValueRef::Text),
            Self::Bytes => None,
            Self::Uuid => number(raw).map(ValueRef::Uuid),
            Self::Date => match number(raw).map(i32::from_be_bytes) {
                Some(i32::MAX) => Some(INFINITY),
                Some(i32::MIN) => Some(MINUS_INFINITY),
                Some(days) => return pg_epoch::date(days).map(ValueRef::Date),
                None => None,
            },
            Self::Time => number(raw).map(i64::from_be_bytes).and_then(time),
            Self::Timestamp => number(raw).map(i64::from_be_bytes).and_then(timestamp),
            Self::TimestampTz => match number(raw).map(i64::from_be_bytes).and_then(timestamp) {
                Some(ValueRef::DateTime(at)) => Some(ValueRef::OffsetDateTime(OffsetDateTime::utc(at))),
                other => other,
            },
            Self::Unknown => str::from_utf8(raw).ok().filter(|text| is_readable(text)).map(ValueRef::Text),
            Self::Computed => return None,
        };
        Some(value.unwrap_or(ValueRef::Bytes(raw)))
    }

    /// The value, of a type of whole numbers.
    #[inline]
    pub(crate) fn integer(self, raw: &[u8]) -> Option<i64> {
        match self {
            Self::Int2 => number(raw).map(|bytes| i16::from_be_bytes(bytes).into()),
            Self::Int4 => number(raw).map(|bytes| i32::from_be_bytes(bytes).into()),
            Self::Int8 => number(raw).map(i64::from_be_bytes),
            Self::Oid => number(raw).map(|bytes| u32::from_be_bytes(bytes).into()),
            _ => None,
        }
    }

    /// The value, of a type of floating point numbers.
    #[inline]
    pub(crate) fn float(self, raw: &[u8]) -> Option<f64> {
        match self {
            Self::Float4 => number(raw).map(|bytes| f32::from_be_bytes(bytes).into()),
            Self::Float8 => number(raw).map(f64::from_be_bytes),
            _ => None,
        }
    }

    /// The value, if it is a date and time without a time zone.
    #[inline]
    pub(crate) fn date_time(self, raw: &[u8]) -> Option<DateTime> {
        match self {
            Self::Timestamp => number(raw).map(i64::from_be_bytes).and_then(pg_epoch::date_time),
            _ => None,
        }
    }
}

#[inline]
fn number<const N: usize>(raw: &[u8]) -> Option<[u8; N]> {
    raw.try_into().ok()
}

/// No byte is the byte 0. What is beyond ASCII is a byte and no character.
fn char(raw: &[u8]) -> Option<ValueRef<'_>> {
    match raw {
        [0] => Some(ValueRef::Text("")),
        [_] => str::from_utf8(raw).ok().map(ValueRef::Text),
        _ => None,
    }
}

/// Text behind the number of the binary form, which is 1 wherever there is one.
fn numbered(raw: &[u8]) -> Option<&str> {
    let (1, text) = raw.split_first().map(|(version, text)| (*version, text))? else { return None };
    str::from_utf8(text).ok()
}

fn time(micros: i64) -> Option<ValueRef<'static>> {
    match pg_epoch::time(micros) {
        Some(time) => Some(ValueRef::Time(time)),
        // PostgreSQL has this moment, and core has not.
        None if micros == pg_epoch::MICROS_PER_DAY => Some(ValueRef::Text("24:00:00")),
        None => None,
    }
}

fn timestamp(micros: i64) -> Option<ValueRef<'static>> {
    match micros {
        i64::MAX => Some(INFINITY),
        i64::MIN => Some(MINUS_INFINITY),
        micros => pg_epoch::date_time(micros).map(ValueRef::DateTime),
    }
}

fn is_readable(text: &str) -> bool {
    !text.chars().any(|letter| letter.is_control() && !matches!(letter, '\t' | '\n' | '\r'))
}
