use std::{
    borrow::Cow,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use super::{
    FromValue, Value, ValueRef,
    from_value::{mismatch, out_of_range},
};
use crate::{Result, row::Batch};

impl<'r> FromValue<'r> for &'r str {
    #[inline]
    fn from_value(value: ValueRef<'r>) -> Result<Self> {
        match value {
            ValueRef::Text(text) | ValueRef::Decimal(text) | ValueRef::Json(text) => Ok(text),
            _ => Err(mismatch(value, "a string")),
        }
    }

    #[inline]
    fn at_hand(batch: &'r dyn Batch, row: usize, column: usize) -> Option<Self> {
        batch.text(row, column)
    }
}

impl<'r> FromValue<'r> for &'r [u8] {
    fn from_value(value: ValueRef<'r>) -> Result<Self> {
        match value {
            ValueRef::Bytes(bytes) => Ok(bytes),
            _ => Err(mismatch(value, "bytes")),
        }
    }
}

macro_rules! owned {
    ($($target:ty: $borrowed:ty;)+) => {$(
        impl<'r> FromValue<'r> for $target {
            #[inline]
            fn from_value(value: ValueRef<'r>) -> Result<Self> {
                <$borrowed>::from_value(value).map(Into::into)
            }

            #[inline]
            fn at_hand(batch: &'r dyn Batch, row: usize, column: usize) -> Option<Self> {
                <$borrowed>::at_hand(batch, row, column).map(Into::into)
            }
        }
    )+};
}

owned! {
    String: &str;
    Box<str>: &str;
    Arc<str>: &str;
    Cow<'r, str>: &str;
    Vec<u8>: &[u8];
    Box<[u8]>: &[u8];
    Arc<[u8]>: &[u8];
    Cow<'r, [u8]>: &[u8];
}

impl<'r, const N: usize> FromValue<'r> for [u8; N] {
    fn from_value(value: ValueRef<'r>) -> Result<Self> {
        let bytes = <&[u8]>::from_value(value)?;
        bytes.try_into().map_err(|_| out_of_range(value, &format!("an array of {N} bytes")))
    }
}

impl<'r> FromValue<'r> for char {
    fn from_value(value: ValueRef<'r>) -> Result<Self> {
        let ValueRef::Text(text) = value else { return Err(mismatch(value, "char")) };
        let mut letters = text.chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) => Ok(letter),
            _ => Err(out_of_range(value, "char")),
        }
    }
}

macro_rules! addresses {
    ($($address:ident)+) => {$(
        impl From<$address> for Value {
            fn from(address: $address) -> Self {
                Self::Text(address.to_string())
            }
        }

        impl<'r> FromValue<'r> for $address {
            fn from_value(value: ValueRef<'r>) -> Result<Self> {
                let parsed = match value {
                    ValueRef::Text(text) => text.parse().ok(),
                    _ => None,
                };
                parsed.ok_or_else(|| mismatch(value, "an IP address"))
            }
        }
    )+};
}

addresses! { IpAddr Ipv4Addr Ipv6Addr }
