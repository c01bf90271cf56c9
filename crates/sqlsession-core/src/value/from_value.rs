use super::{Value, ValueRef};
use crate::{Error, ErrorKind, Result, row::Batch};

/// A type that can be read from a column.
///
/// Nothing is converted silently into something else: an integer that does not fit is
/// [`OutOfRange`](ErrorKind::OutOfRange) and never wraps, text is not parsed into a number, a fraction is not cut off.
/// Everything that has no line here is [`TypeMismatch`](ErrorKind::TypeMismatch), NULL into anything but an `Option`
/// included.
///
/// | Rust type | read from |
/// |---|---|
/// | `bool` | bool; the integers 0 and 1 |
/// | `i8` … `i128`, `u8` … `u128`, `isize`, `usize` | integers; decimals without a fraction |
/// | `f64` | floats; integers that a float holds exactly; decimals (to the nearest float) |
/// | `f32` | as `f64`, rounded to the nearest `f32`; integers only if exact |
/// | `String`, `&str`, `Box<str>`, `Arc<str>`, `Cow<str>` | text; decimals and JSON as they are written |
/// | `char` | text of one character |
/// | `Vec<u8>`, `&[u8]`, `Cow<[u8]>`, `[u8; N]` | bytes (of length `N`) |
/// | [`Date`](super::Date) | dates; text `2024-02-29` |
/// | [`Time`](super::Time) | times; text `12:34[:56[.789]]` |
/// | [`DateTime`](super::DateTime) | date-times; text `2024-02-29 12:34:56.789`, also with a `T`; integers as Unix seconds |
/// | [`OffsetDateTime`](super::OffsetDateTime), `SystemTime` | as `DateTime`, with `Z` or `+02:00`; without an offset it is UTC |
/// | `IpAddr`, `Ipv4Addr`, `Ipv6Addr` | text |
/// | `chrono` types (feature `chrono`) | as the date and time types above |
/// | `uuid::Uuid` (feature `uuid`) | UUIDs; text in a usual form; 16 bytes |
/// | `rust_decimal::Decimal`, `bigdecimal::BigDecimal` (features of these names) | decimals, integers, floats, text |
/// | `serde_json::Value`, `Json<T>` (feature `json`) | JSON; text that is JSON; numbers |
/// | `Vec<T>` of the types above but `u8` | arrays |
/// | `Option<T>` | NULL and whatever `T` is read from |
/// | [`Value`], [`ValueRef`] | everything |
///
/// `'r` is the row: `&str` and `&[u8]` borrow from it.
#[diagnostic::on_unimplemented(message = "a column cannot be read as `{Self}`")]
pub trait FromValue<'r>: Sized {
    /// Reads the value.
    ///
    /// # Errors
    /// [`TypeMismatch`](ErrorKind::TypeMismatch) if a value of this type cannot be read as `Self`,
    /// [`OutOfRange`](ErrorKind::OutOfRange) if it could but this one does not fit. The message names types, never the
    /// value.
    fn from_value(value: ValueRef<'r>) -> Result<Self>;

    /// What [`from_value`](Self::from_value) gives for the value in this row and column, if the batch has it at hand as what
    /// this type is read from; `None` says nothing.
    #[doc(hidden)]
    #[inline]
    fn at_hand(batch: &'r dyn Batch, row: usize, column: usize) -> Option<Self> {
        let _ = (batch, row, column);
        None
    }
}

/// A type that can be read from a column and borrows nothing from the row.
///
/// Implemented for every type with `for<'r> FromValue<'r>`.
pub trait FromValueOwned: for<'r> FromValue<'r> {}

impl<T: for<'r> FromValue<'r>> FromValueOwned for T {}

impl<'r> FromValue<'r> for ValueRef<'r> {
    fn from_value(value: Self) -> Result<Self> {
        Ok(value)
    }
}

impl<'r> FromValue<'r> for Value {
    fn from_value(value: ValueRef<'r>) -> Result<Self> {
        Ok(value.to_value())
    }
}

impl<'r, T: FromValue<'r>> FromValue<'r> for Option<T> {
    #[inline]
    fn from_value(value: ValueRef<'r>) -> Result<Self> {
        match value {
            ValueRef::Null => Ok(None),
            value => T::from_value(value).map(Some),
        }
    }

    #[inline]
    fn at_hand(batch: &'r dyn Batch, row: usize, column: usize) -> Option<Self> {
        T::at_hand(batch, row, column).map(Some)
    }
}

impl<'r> FromValue<'r> for bool {
    fn from_value(value: ValueRef<'r>) -> Result<Self> {
        match value {
            ValueRef::Bool(truth) => Ok(truth),
            ValueRef::I64(0) | ValueRef::U64(0) => Ok(false),
            ValueRef::I64(1) | ValueRef::U64(1) => Ok(true),
            ValueRef::I64(_) | ValueRef::U64(_) => Err(out_of_range(value, "bool")),
            _ => Err(mismatch(value, "bool")),
        }
    }
}

/// The error for a value of a type that `target` is not read from.
#[cold]
pub(crate) fn mismatch(value: ValueRef<'_>, target: &str) -> Error {
    Error::new(
        ErrorKind::TypeMismatch,
        match value {
            ValueRef::Null => format!("the value is null, which {target} cannot hold"),
            _ => format!("{} cannot be read as {target}", value.type_name()),
        },
    )
}

/// The error for a value that could be a `target`, but not this one.
#[cold]
pub(crate) fn out_of_range(value: ValueRef<'_>, target: &str) -> Error {
    Error::new(ErrorKind::OutOfRange, format!("the {} does not fit {target}", value.type_name()))
}
