//! Decimal numbers of the crates `rust_decimal` and `bigdecimal`.

#[cfg(feature = "bigdecimal")]
mod big {
    use std::str::FromStr;

    use bigdecimal::BigDecimal;

    use crate::{
        Result,
        value::{FromValue, Value, ValueRef, from_value::mismatch},
    };

    /// How far a number that is written out moves its point; PostgreSQL has the most digits behind it.
    const MOST_ZEROS: u64 = 16_383;

    impl From<BigDecimal> for Value {
        fn from(decimal: BigDecimal) -> Self {
            // Where a text is read as a number by somebody else, an exponent makes a float of it. What is longer than any
            // column keeps it, so that a short number cannot fill the memory.
            let is_short = decimal.fractional_digit_count().unsigned_abs() <= MOST_ZEROS;
            Self::Decimal(if is_short { decimal.to_plain_string() } else { decimal.to_string() })
        }
    }

    impl<'r> FromValue<'r> for BigDecimal {
        fn from_value(value: ValueRef<'r>) -> Result<Self> {
            let read = match value {
                ValueRef::Decimal(text) | ValueRef::Text(text) => Self::from_str(text).ok(),
                ValueRef::I64(number) => Some(number.into()),
                ValueRef::U64(number) => Some(number.into()),
                // The shortest text that is this float, as a person would have written it.
                ValueRef::F64(number) => Self::from_str(&number.to_string()).ok(),
                _ => None,
            };
            read.ok_or_else(|| mismatch(value, "a decimal"))
        }
    }
}

#[cfg(feature = "rust_decimal")]
mod fixed {
    use rust_decimal::Decimal;

    use crate::{
        Result,
        value::{
            FromValue, Value, ValueRef,
            from_value::{mismatch, out_of_range},
        },
    };

    impl From<Decimal> for Value {
        fn from(decimal: Decimal) -> Self {
            Self::Decimal(decimal.to_string())
        }
    }

    impl<'r> FromValue<'r> for Decimal {
        fn from_value(value: ValueRef<'r>) -> Result<Self> {
            let float;
            let text = match value {
                ValueRef::I64(number) => return Ok(number.into()),
                ValueRef::U64(number) => return Ok(number.into()),
                ValueRef::Decimal(text) | ValueRef::Text(text) => text,
                // The shortest text that is this float, as a person would have written it.
                ValueRef::F64(number) => {
                    float = number.to_string();
                    &float
                }
                _ => return Err(mismatch(value, "a decimal")),
            };
            parse(text).ok_or_else(|| {
                // rust_decimal has one error for text that is no number and for a number that is too long.
                let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
                    && text.parse::<f64>().is_ok();
                if is_number {
                    out_of_range(value, "rust_decimal::Decimal")
                } else {
                    mismatch(value, "a decimal")
                }
            })
        }
    }

    /// Exactly, or not at all.
    fn parse(text: &str) -> Option<Decimal> {
        match text.split_once(['e', 'E']) {
            // from_scientific rounds digits that there is no room for.
            Some((digits, _)) => {
                Decimal::from_str_exact(digits).and_then(|_| Decimal::from_scientific(text)).ok()
            }
            None => Decimal::from_str_exact(text).ok(),
        }
    }
}
