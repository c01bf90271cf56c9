use ::sea_query::{OptionEnum, Value as Theirs};

use crate::{Error, ErrorKind, Result, Value};

/// # Errors
/// `BadParameter` for a kind of value that has no counterpart.
impl TryFrom<Theirs> for Value {
    type Error = Error;

    fn try_from(value: Theirs) -> Result<Self> {
        Ok(match value {
            Theirs::Bool(value) => value.into(),
            Theirs::TinyInt(value) => value.into(),
            Theirs::SmallInt(value) => value.into(),
            Theirs::Int(value) => value.into(),
            Theirs::BigInt(value) => value.into(),
            Theirs::TinyUnsigned(value) => value.into(),
            Theirs::SmallUnsigned(value) => value.into(),
            Theirs::Unsigned(value) => value.into(),
            Theirs::BigUnsigned(value) => value.into(),
            Theirs::Float(value) => value.into(),
            Theirs::Double(value) => value.into(),
            Theirs::String(value) => value.into(),
            Theirs::Char(value) => value.into(),
            Theirs::Bytes(value) => value.into(),
            Theirs::Enum(OptionEnum::Some(value)) => value.value.into(),
            Theirs::Enum(OptionEnum::None(_)) => Self::Null,
            Theirs::Array(_, None) => Self::Null,
            Theirs::Array(_, Some(values)) => {
                Self::Array(values.into_iter().map(Self::try_from).collect::<Result<_>>()?)
            }
            #[cfg(feature = "json")]
            Theirs::Json(value) => value.map(|json| *json).into(),
            #[cfg(feature = "chrono")]
            Theirs::ChronoDate(value) => value.into(),
            #[cfg(feature = "chrono")]
            Theirs::ChronoTime(value) => value.into(),
            #[cfg(feature = "chrono")]
            Theirs::ChronoDateTime(value) => value.into(),
            #[cfg(feature = "chrono")]
            Theirs::ChronoDateTimeUtc(value) => value.into(),
            #[cfg(feature = "chrono")]
            Theirs::ChronoDateTimeLocal(value) => value.into(),
            #[cfg(feature = "chrono")]
            Theirs::ChronoDateTimeWithTimeZone(value) => value.into(),
            #[cfg(feature = "uuid")]
            Theirs::Uuid(value) => value.into(),
            #[cfg(feature = "rust_decimal")]
            Theirs::Decimal(value) => value.into(),
            #[cfg(feature = "bigdecimal")]
            Theirs::BigDecimal(value) => value.map(|decimal| *decimal).into(),
            #[allow(
                unreachable_patterns,
                reason = "others of the program may have switched on more of sea-query"
            )]
            _ => {
                let message = "sea-query has a value of a kind that sqlsession does not know: is its feature on \
                               (chrono, uuid, rust_decimal, bigdecimal, json)?";
                return Err(Error::new(ErrorKind::BadParameter, message));
            }
        })
    }
}
