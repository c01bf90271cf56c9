use bytes::{BufMut, BytesMut};
use postgres_types::Type;
use sqlsession_core::{Error, ErrorKind, Result, Value};

use crate::{
    decimal::{Decimal, Digits},
    text::{Stack, write_cast, write_value},
};

const POSITIVE: u16 = 0x0000;
const NEGATIVE: u16 = 0x4000;
const NAN: u16 = 0xC000;
const INFINITY: u16 = 0xD000;
const MINUS_INFINITY: u16 = 0xF000;

/// Digits in a digit: `numeric` counts to the base of 10000.
const WIDTH: i64 = 4;
/// The most digits behind the point.
const MAX_SCALE: i64 = 0x3fff;
/// The longest float is 25 characters long.
const LONGEST: usize = 32;

/// Appends a number in the binary form of `numeric`, as many zeros behind the point included as are written.
pub(super) fn write_numeric(value: &Value, ty: &Type, out: &mut BytesMut) -> Result<()> {
    let mut short = Stack::<LONGEST>::new();
    let text = match value {
        Value::Decimal(text) => text.as_str(),
        Value::Text(text) => text.trim(),
        Value::I64(_) | Value::U64(_) => {
            write_value(value.as_ref(), &mut short).map_err(|_| not_a_number(ty))?;
            short.as_str()
        }
        Value::F64(number) => {
            write_cast(*number, &mut short).map_err(|_| not_a_number(ty))?;
            short.as_str()
        }
        _ => return Err(not_a_number(ty)),
    };
    match Decimal::parse(text).ok_or_else(|| not_a_number(ty))? {
        Decimal::Nan => write_head(0, 0, NAN, 0, out),
        Decimal::Infinity { negative } => {
            write_head(0, 0, if negative { MINUS_INFINITY } else { INFINITY }, 0, out);
        }
        Decimal::Finite(digits) => write_digits(digits, out)
            .ok_or_else(|| Error::new(ErrorKind::OutOfRange, format!("the number does not fit {ty}")))?,
    }
    Ok(())
}

fn write_head(count: u16, weight: i16, sign: u16, scale: u16, out: &mut BytesMut) {
    out.put_u16(count);
    out.put_i16(weight);
    out.put_u16(sign);
    out.put_u16(scale);
}

/// `None` if there are more digits than `numeric` has.
fn write_digits(digits: Digits<'_>, out: &mut BytesMut) -> Option<()> {
    let length = |part: &str| i64::try_from(part.len()).ok();
    let point = length(digits.whole)?.checked_add(digits.exponent.into())?;
    let total = length(digits.whole)?.checked_add(length(digits.fraction)?)?;
    let scale = u16::try_from(Some((total - point).max(0)).filter(|scale| *scale <= MAX_SCALE)?).ok()?;
    let sign = if digits.negative { NEGATIVE } else { POSITIVE };
    let start = out.len();
    let leading = length_of_zeros(digits)?;
    if leading == total {
        write_head(0, 0, POSITIVE, scale, out);
        return Some(());
    }
    // The power of ten of the first digit that is not zero, and with it that of its group.
    let mut power = point - 1 - leading;
    let weight = i16::try_from(power.div_euclid(WIDTH)).ok()?;
    write_head(0, weight, sign, scale, out);
    let (mut group, mut count, mut kept) = (0_u16, 0_u16, 0_u16);
    let mut end = out.len();
    for byte in digits.bytes().skip(usize::try_from(leading).ok()?) {
        group = group * 10 + u16::from(byte - b'0');
        let place = power.rem_euclid(WIDTH);
        power -= 1;
        if place == 0 {
            put_group(&mut group, &mut count, &mut kept, &mut end, out)?;
        }
    }
    let open = power.rem_euclid(WIDTH) + 1;
    if open != WIDTH {
        for _ in 0..open {
            group *= 10;
        }
        put_group(&mut group, &mut count, &mut kept, &mut end, out)?;
    }
    // Groups of zeros at the end are not sent.
    out.truncate(end);
    out[start..start + size_of::<u16>()].copy_from_slice(&kept.to_be_bytes());
    Some(())
}

fn put_group(
    group: &mut u16,
    count: &mut u16,
    kept: &mut u16,
    end: &mut usize,
    out: &mut BytesMut,
) -> Option<()> {
    out.put_u16(*group);
    *count = count.checked_add(1)?;
    if *group != 0 {
        (*kept, *end) = (*count, out.len());
    }
    *group = 0;
    Some(())
}

fn length_of_zeros(digits: Digits<'_>) -> Option<i64> {
    i64::try_from(digits.bytes().take_while(|digit| *digit == b'0').count()).ok()
}

#[cold]
fn not_a_number(ty: &Type) -> Error {
    Error::new(ErrorKind::BadParameter, format!("the value is no number, which a column of type {ty} wants"))
}
