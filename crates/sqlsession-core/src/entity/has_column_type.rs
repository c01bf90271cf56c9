use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
    time::SystemTime,
};

use super::ColumnType;
use crate::value::{Date, DateTime, OffsetDateTime, Time};

/// A Rust type whose values go into a column of one type, unless the field says otherwise.
#[diagnostic::on_unimplemented(
    message = "no column type is known for `{Self}`",
    note = "name one at the field: `#[entity(column_type = \"…\")]`"
)]
pub trait HasColumnType {
    /// The type of its column.
    fn column_type() -> ColumnType;

    /// Whether the column may be NULL: for an `Option`.
    #[must_use]
    fn is_nullable() -> bool {
        false
    }
}

impl<T: HasColumnType> HasColumnType for Option<T> {
    fn column_type() -> ColumnType {
        T::column_type()
    }

    fn is_nullable() -> bool {
        true
    }
}

/// Bytes are no array, and Rust cannot say "every type but `u8`", so what may be in an array is named.
macro_rules! column_types {
    ($($rust:ty => $column:expr;)+) => {$(
        impl HasColumnType for $rust {
            fn column_type() -> ColumnType {
                $column
            }
        }
    )+};
    (and arrays: $($rust:ty => $column:expr;)+) => {
        column_types! { $($rust => $column;)+ }
        column_types! { $(Vec<$rust> => ColumnType::Array(Box::new(<$rust>::column_type()));)+ }
        column_types! { $(Vec<Option<$rust>> => ColumnType::Array(Box::new(<$rust>::column_type()));)+ }
    };
}

column_types! { and arrays:
    bool => ColumnType::Boolean;
    i8 => ColumnType::SmallInteger;
    i16 => ColumnType::SmallInteger;
    i32 => ColumnType::Integer;
    i64 => ColumnType::BigInteger;
    isize => ColumnType::BigInteger;
    u16 => ColumnType::Integer;
    u32 => ColumnType::BigInteger;
    u64 => ColumnType::BigUnsigned;
    usize => ColumnType::BigUnsigned;
    f32 => ColumnType::Float;
    f64 => ColumnType::Double;
    char => ColumnType::String(1);
    String => ColumnType::Text;
    Vec<u8> => ColumnType::Bytes;
    Date => ColumnType::Date;
    Time => ColumnType::Time;
    DateTime => ColumnType::DateTime;
    OffsetDateTime => ColumnType::OffsetDateTime;
}

column_types! {
    u8 => ColumnType::SmallInteger;
    Box<str> => ColumnType::Text;
    Arc<str> => ColumnType::Text;
    SystemTime => ColumnType::OffsetDateTime;
    IpAddr => ColumnType::String(LONGEST_ADDRESS);
    Ipv4Addr => ColumnType::String(LONGEST_ADDRESS);
    Ipv6Addr => ColumnType::String(LONGEST_ADDRESS);
}

/// An IPv6 address with an IPv4 address at its end.
const LONGEST_ADDRESS: u32 = 45;

impl<const N: usize> HasColumnType for [u8; N] {
    fn column_type() -> ColumnType {
        ColumnType::Bytes
    }
}

#[cfg(feature = "chrono")]
column_types! { and arrays:
    chrono::NaiveDate => ColumnType::Date;
    chrono::NaiveTime => ColumnType::Time;
    chrono::NaiveDateTime => ColumnType::DateTime;
    chrono::DateTime<chrono::Utc> => ColumnType::OffsetDateTime;
    chrono::DateTime<chrono::FixedOffset> => ColumnType::OffsetDateTime;
}

#[cfg(feature = "uuid")]
column_types! { and arrays:
    uuid::Uuid => ColumnType::Uuid;
}

#[cfg(feature = "rust_decimal")]
column_types! { and arrays:
    rust_decimal::Decimal => ColumnType::Decimal(None);
}

#[cfg(feature = "bigdecimal")]
column_types! { and arrays:
    bigdecimal::BigDecimal => ColumnType::Decimal(None);
}

#[cfg(feature = "json")]
column_types! { and arrays:
    serde_json::Value => ColumnType::Json;
}

#[cfg(feature = "json")]
impl<T> HasColumnType for crate::value::Json<T> {
    fn column_type() -> ColumnType {
        ColumnType::Json
    }
}
