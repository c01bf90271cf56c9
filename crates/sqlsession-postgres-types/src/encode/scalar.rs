//! Truth values, numbers, text, bytes, UUIDs and JSON.

use sqlsession_core::{ErrorKind, Value};

use super::{Encoded, refusal::Refusal, temporal};
use crate::{
    decimal::{Decimal, NotWhole},
    target::Target,
};

type Encoding<'a> = Result<Encoded<'a>, Refusal>;

/// PostgreSQL refuses longer ones.
const MAX_LENGTH: usize = (1 << 30) - 1;

pub(super) fn truth<'a>(truth: bool, value: &'a Value, target: Target<'_>) -> Encoding<'a> {
    match target {
        Target::Bool => Ok(Encoded::Bool(truth)),
        Target::Json | Target::Jsonb => Ok(Encoded::Parsed(value)),
        _ => plain(value, target),
    }
}

pub(super) fn integer<'a>(number: i128, value: &'a Value, target: Target<'_>) -> Encoding<'a> {
    let encoded = match target {
        Target::Bool => match number {
            0 => Some(Encoded::Bool(false)),
            1 => Some(Encoded::Bool(true)),
            _ => None,
        },
        // The nearest: no integer of 64 bits is beyond a float.
        Target::Float4 => Some(Encoded::F32(number as f32)),
        Target::Float8 => Some(Encoded::F64(number as f64)),
        Target::Numeric | Target::Money | Target::Json | Target::Jsonb | Target::Undescribed => {
            Some(Encoded::Parsed(value))
        }
        Target::Int2 | Target::Int4 | Target::Int8 | Target::Oid => whole(number, target),
        _ => return plain(value, target),
    };
    encoded.ok_or(Refusal::NoRoom)
}

/// The integer for a type of integers; `None` if it does not fit.
fn whole<'a>(number: i128, target: Target<'_>) -> Option<Encoded<'a>> {
    match target {
        Target::Int2 => number.try_into().ok().map(Encoded::I16),
        Target::Int4 => number.try_into().ok().map(Encoded::I32),
        Target::Int8 => number.try_into().ok().map(Encoded::I64),
        Target::Oid => number.try_into().ok().map(Encoded::U32),
        _ => None,
    }
}

/// The nearest, as PostgreSQL narrows: what becomes infinite or nothing does not fit.
fn narrow(wide: f64) -> Option<f32> {
    let narrow = wide as f32;
    let fits = narrow.is_finite() == wide.is_finite() && (narrow != 0.0 || wide == 0.0);
    fits.then_some(narrow)
}

pub(super) fn float<'a>(number: f64, value: &'a Value, target: Target<'_>) -> Encoding<'a> {
    match target {
        Target::Float8 => Ok(Encoded::F64(number)),
        Target::Float4 => narrow(number).map(Encoded::F32).ok_or(Refusal::NoRoom),
        Target::Numeric | Target::Money | Target::Undescribed => Ok(Encoded::Parsed(value)),
        Target::Json | Target::Jsonb if number.is_finite() => Ok(Encoded::Parsed(value)),
        Target::Int2 | Target::Int4 | Target::Int8 | Target::Oid => {
            if !number.is_finite() || number.fract() != 0.0 {
                return Err(Refusal::Fraction);
            }
            // Saturates far beyond every type.
            whole(number as i128, target).ok_or(Refusal::NoRoom)
        }
        _ => plain(value, target),
    }
}

pub(super) fn decimal<'a>(text: &'a str, value: &'a Value, target: Target<'_>) -> Encoding<'a> {
    let Some(decimal) = Decimal::parse(text) else {
        return Err(Refusal::Unheld(ErrorKind::BadParameter, "the decimal's text is not a number"));
    };
    match target {
        Target::Numeric | Target::Money | Target::Undescribed => Ok(Encoded::Parsed(value)),
        Target::Json | Target::Jsonb if matches!(decimal, Decimal::Finite(_)) => Ok(Encoded::Parsed(value)),
        Target::Float4 | Target::Float8 => {
            let fits = |float: &f64| match decimal {
                Decimal::Finite(digits) => {
                    float.is_finite() && (*float != 0.0 || digits.bytes().all(|digit| digit == b'0'))
                }
                Decimal::Nan | Decimal::Infinity { .. } => true,
            };
            let float = text.parse().ok().filter(fits);
            let encoded = match target {
                Target::Float4 => float.and_then(narrow).map(Encoded::F32),
                _ => float.map(Encoded::F64),
            };
            encoded.ok_or(Refusal::NoRoom)
        }
        Target::Int2 | Target::Int4 | Target::Int8 | Target::Oid => match decimal.integer() {
            Ok(number) => whole(number, target).ok_or(Refusal::NoRoom),
            Err(NotWhole::TooLarge) => Err(Refusal::NoRoom),
            Err(NotWhole::Fraction) => Err(Refusal::Fraction),
        },
        _ => plain(value, target),
    }
}

/// Text goes into everything.
pub(super) fn text<'a>(text: &'a str, value: &'a Value, target: Target<'_>) -> Encoding<'a> {
    sendable(text)?;
    Ok(match target {
        Target::Text | Target::Enum => Encoded::Bytes(text.as_bytes()),
        Target::Char => return char(text.as_bytes()),
        _ => temporal::special(text, target).unwrap_or(Encoded::Parsed(value)),
    })
}

/// `"char"` is one byte, and no byte is the byte 0.
fn char(bytes: &[u8]) -> Encoding<'_> {
    match bytes {
        [] => Ok(Encoded::Bytes(&[0])),
        [_] => Ok(Encoded::Bytes(bytes)),
        _ => Err(Refusal::NoRoom),
    }
}

pub(super) fn bytes<'a>(bytes: &'a [u8], value: &'a Value, target: Target<'_>) -> Encoding<'a> {
    if bytes.len() > MAX_LENGTH {
        return Err(Refusal::NoRoom);
    }
    match target {
        // What is read from a type that nobody knows goes back to it as it came.
        Target::Bytea | Target::Foreign => Ok(Encoded::Bytes(bytes)),
        Target::Char if bytes.len() == 1 => Ok(Encoded::Bytes(bytes)),
        Target::Undescribed => Ok(Encoded::Parsed(value)),
        _ => Err(Refusal::NoMeaning),
    }
}

pub(super) fn uuid<'a>(bytes: &'a [u8; 16], value: &'a Value, target: Target<'_>) -> Encoding<'a> {
    match target {
        Target::Uuid => Ok(Encoded::Bytes(bytes)),
        _ => plain(value, target),
    }
}

pub(super) fn json<'a>(text: &'a str, value: &'a Value, target: Target<'_>) -> Encoding<'a> {
    sendable(text)?;
    match target {
        Target::Json | Target::Text => Ok(Encoded::Bytes(text.as_bytes())),
        Target::Jsonb => Ok(Encoded::Jsonb(text)),
        _ => plain(value, target),
    }
}

/// A value whose text goes into text, into what the server infers, and into types whose text only the server reads: it
/// is the one to tell whether this is one.
pub(super) fn plain<'a>(value: &'a Value, target: Target<'_>) -> Encoding<'a> {
    match target {
        Target::Text => Ok(Encoded::Text(value)),
        Target::Enum
        | Target::Interval
        | Target::TimeTz
        | Target::Xid8
        | Target::Parsed
        | Target::Foreign
        | Target::Undescribed => Ok(Encoded::Parsed(value)),
        _ => Err(Refusal::NoMeaning),
    }
}

fn sendable(text: &str) -> Result<(), Refusal> {
    if text.len() > MAX_LENGTH {
        Err(Refusal::NoRoom)
    } else if text.as_bytes().contains(&0) {
        Err(Refusal::Unheld(ErrorKind::BadParameter, "text of PostgreSQL has no character of code 0"))
    } else {
        Ok(())
    }
}
