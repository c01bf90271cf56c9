//! Lists. `Vec<u8>` is bytes and not a list, and Rust cannot say "every type but `u8`", so the element types are named.

use super::{Date, DateTime, FromValue, OffsetDateTime, Time, Value, ValueRef, from_value::mismatch};
use crate::Result;

macro_rules! arrays {
    ($($element:ty)+) => {$(
        impl From<Vec<$element>> for Value {
            fn from(values: Vec<$element>) -> Self {
                Self::array(values)
            }
        }

        impl From<&[$element]> for Value {
            fn from(values: &[$element]) -> Self {
                Self::array(values.iter().cloned())
            }
        }

        impl From<&Vec<$element>> for Value {
            fn from(values: &Vec<$element>) -> Self {
                Self::array(values.iter().cloned())
            }
        }

        impl<const N: usize> From<[$element; N]> for Value {
            fn from(values: [$element; N]) -> Self {
                Self::array(values)
            }
        }

        arrays_read! { $element, Option<$element> }

        impl From<Vec<Option<$element>>> for Value {
            fn from(values: Vec<Option<$element>>) -> Self {
                Self::array(values)
            }
        }
    )+};
}

macro_rules! arrays_read {
    ($($element:ty),+) => {$(
        impl<'r> FromValue<'r> for Vec<$element> {
            fn from_value(value: ValueRef<'r>) -> Result<Self> {
                read(value)
            }
        }
    )+};
}

arrays! {
    bool i8 i16 i32 i64 i128 isize u16 u32 u64 u128 usize f32 f64 char String Date Time DateTime OffsetDateTime Vec<u8>
}
arrays_read! { Value }

impl From<Vec<&str>> for Value {
    fn from(values: Vec<&str>) -> Self {
        Self::array(values)
    }
}

impl From<&[&str]> for Value {
    fn from(values: &[&str]) -> Self {
        Self::array(values.iter().copied())
    }
}

impl<const N: usize> From<[&str; N]> for Value {
    fn from(values: [&str; N]) -> Self {
        Self::array(values)
    }
}

#[cfg(feature = "chrono")]
arrays! {
    chrono::NaiveDate chrono::NaiveTime chrono::NaiveDateTime
    chrono::DateTime<chrono::Utc> chrono::DateTime<chrono::FixedOffset>
}
#[cfg(feature = "uuid")]
arrays! { uuid::Uuid }
#[cfg(feature = "rust_decimal")]
arrays! { rust_decimal::Decimal }
#[cfg(feature = "bigdecimal")]
arrays! { bigdecimal::BigDecimal }
#[cfg(feature = "json")]
arrays! { serde_json::Value }

/// Reads every element.
fn read<'r, T: FromValue<'r>>(value: ValueRef<'r>) -> Result<Vec<T>> {
    match value {
        ValueRef::Array(values) => values.iter().map(|element| T::from_value(element.as_ref())).collect(),
        _ => Err(mismatch(value, "a list")),
    }
}
