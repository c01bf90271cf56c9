use std::{borrow::Cow, sync::Arc};

use super::{Value, ValueRef};

macro_rules! into_value {
    ($($source:ty: $name:ident => $value:expr;)+) => {$(
        impl From<$source> for Value {
            fn from($name: $source) -> Self {
                $value
            }
        }
    )+};
}

into_value! {
    bool: truth => Self::Bool(truth);
    i8: number => Self::I64(number.into());
    i16: number => Self::I64(number.into());
    i32: number => Self::I64(number.into());
    i64: number => Self::I64(number);
    u8: number => Self::I64(number.into());
    u16: number => Self::I64(number.into());
    u32: number => Self::I64(number.into());
    u64: number => Self::from(i128::from(number));
    isize: number => i64::try_from(number).map_or_else(|_| Self::Decimal(number.to_string()), Self::I64);
    usize: number => u64::try_from(number).map_or_else(|_| Self::Decimal(number.to_string()), Self::from);
    i128: number => from_wide(number);
    u128: number => i128::try_from(number).map_or_else(|_| Self::Decimal(number.to_string()), from_wide);
    f32: number => Self::F64(number.into());
    f64: number => Self::F64(number);
    char: letter => Self::Text(letter.into());
    &str: text => Self::Text(text.to_owned());
    String: text => Self::Text(text);
    &String: text => Self::Text(text.clone());
    Box<str>: text => Self::Text(text.into());
    Arc<str>: text => Self::Text((*text).to_owned());
    Cow<'_, str>: text => Self::Text(text.into_owned());
    &[u8]: bytes => Self::Bytes(bytes.to_vec());
    Vec<u8>: bytes => Self::Bytes(bytes);
    &Vec<u8>: bytes => Self::Bytes(bytes.clone());
    Cow<'_, [u8]>: bytes => Self::Bytes(bytes.into_owned());
    ValueRef<'_>: value => value.to_value();
    &Self: value => value.clone();
    Vec<Self>: values => Self::Array(values);
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(bytes: [u8; N]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(bytes: &[u8; N]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The narrowest of the three integer shapes.
fn from_wide(number: i128) -> Value {
    match (i64::try_from(number), u64::try_from(number)) {
        (Ok(number), _) => Value::I64(number),
        (_, Ok(number)) => Value::U64(number),
        _ => Value::Decimal(number.to_string()),
    }
}
