use super::{
    FromValue, ValueRef,
    from_value::{mismatch, out_of_range},
};
use crate::{Result, row::Batch};

macro_rules! integers {
    ($($target:ident)+) => {$(
        impl<'r> FromValue<'r> for $target {
            #[inline]
            fn from_value(value: ValueRef<'r>) -> Result<Self> {
                const NAME: &str = stringify!($target);
                match value {
                    ValueRef::I64(number) => Self::try_from(number).map_err(|_| out_of_range(value, NAME)),
                    ValueRef::U64(number) => Self::try_from(number).map_err(|_| out_of_range(value, NAME)),
                    ValueRef::Decimal(text) => {
                        whole(text).and_then(|digits| digits.parse().ok()).ok_or_else(|| out_of_range(value, NAME))
                    }
                    _ => Err(mismatch(value, NAME)),
                }
            }

            #[inline]
            fn at_hand(batch: &'r dyn Batch, row: usize, column: usize) -> Option<Self> {
                Self::try_from(batch.integer(row, column)?).ok()
            }
        }
    )+};
}

integers! { i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }

/// The part before the point of a decimal that has only zeros behind it.
fn whole(decimal: &str) -> Option<&str> {
    match decimal.split_once('.') {
        None => Some(decimal),
        Some((whole, fraction)) => fraction.bytes().all(|digit| digit == b'0').then_some(whole),
    }
}

impl<'r> FromValue<'r> for f64 {
    fn from_value(value: ValueRef<'r>) -> Result<Self> {
        match value {
            ValueRef::F64(number) => Ok(number),
            ValueRef::I64(number) => exact(number.into()).ok_or_else(|| out_of_range(value, "f64")),
            ValueRef::U64(number) => exact(number.into()).ok_or_else(|| out_of_range(value, "f64")),
            ValueRef::Decimal(text) => match text.parse::<Self>() {
                // The number, which is not infinity itself, is larger than every float.
                Ok(number) if number.is_infinite() && text.bytes().any(|byte| byte.is_ascii_digit()) => {
                    Err(out_of_range(value, "f64"))
                }
                read => read.map_err(|_| mismatch(value, "f64")),
            },
            _ => Err(mismatch(value, "f64")),
        }
    }

    #[inline]
    fn at_hand(batch: &'r dyn Batch, row: usize, column: usize) -> Option<Self> {
        batch.float(row, column)
    }
}

/// The float that is this integer, which has 64 bits or fewer.
fn exact(number: i128) -> Option<f64> {
    let float = number as f64;
    (float as i128 == number).then_some(float)
}

impl<'r> FromValue<'r> for f32 {
    fn from_value(value: ValueRef<'r>) -> Result<Self> {
        let wide = match value {
            ValueRef::Null => Err(mismatch(value, "f32")),
            _ => f64::from_value(value),
        }?;
        let narrow = wide as Self;
        let fits = match value {
            ValueRef::I64(_) | ValueRef::U64(_) => f64::from(narrow) == wide,
            _ => narrow.is_finite() || !wide.is_finite(),
        };
        if fits { Ok(narrow) } else { Err(out_of_range(value, "f32")) }
    }
}
