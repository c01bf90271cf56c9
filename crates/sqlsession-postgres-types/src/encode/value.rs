use bytes::BytesMut;
use postgres_types::Type;
use sqlsession_core::{Result, Value};

use super::{Encoded, array, refusal::Refusal, scalar, temporal};
use crate::target::Target;

/// Appends what the server reads as a literal in quotes where a value of this type is asked for. Says whether it is
/// NULL, which has none.
///
/// # Errors
/// `BadParameter` if the value has no meaning for the type, `OutOfRange` if it does not fit.
pub fn write_as_text(value: &Value, ty: &Type, out: &mut BytesMut) -> Result<bool> {
    let encoded = encode(value, ty)?;
    match encoded {
        Encoded::Null => return Ok(true),
        encoded if !encoded.is_binary() => encoded.write(out)?,
        _ => Encoded::Parsed(value).write(out)?,
    }
    Ok(false)
}

/// The value as it is sent to a parameter of this type. Allocates nothing.
///
/// # Errors
/// `BadParameter` if the value has no meaning for the type, `OutOfRange` if it does not fit.
#[inline]
pub(crate) fn encode<'a>(value: &'a Value, ty: &'a Type) -> Result<Encoded<'a>> {
    // What is asked for most, before all that may be: each parameter is encoded three times on its way.
    match (value, ty) {
        (Value::I64(number), &Type::INT8) => Ok(Encoded::I64(*number)),
        (Value::I64(number), &Type::INT4) if i32::try_from(*number).is_ok() => Ok(Encoded::I32(*number as i32)),
        (Value::F64(number), &Type::FLOAT8) => Ok(Encoded::F64(*number)),
        _ => encode_any(value, ty),
    }
}

fn encode_any<'a>(value: &'a Value, ty: &'a Type) -> Result<Encoded<'a>> {
    let target = Target::of(ty);
    match value {
        Value::Null => Ok(Encoded::Null),
        Value::Bool(truth) => scalar::truth(*truth, value, target),
        Value::I64(number) => scalar::integer((*number).into(), value, target),
        Value::U64(number) => scalar::integer((*number).into(), value, target),
        Value::F64(number) => scalar::float(*number, value, target),
        Value::Decimal(text) => scalar::decimal(text, value, target),
        Value::Text(text) => scalar::text(text, value, target),
        Value::Bytes(bytes) => scalar::bytes(bytes, value, target),
        Value::Uuid(bytes) => scalar::uuid(bytes, value, target),
        Value::Json(text) => scalar::json(text, value, target),
        Value::Date(date) => temporal::date(*date, value, target),
        Value::Time(time) => temporal::time(*time, value, target),
        Value::DateTime(at) => temporal::date_time(*at, value, target),
        Value::OffsetDateTime(at) => temporal::offset_date_time(*at, value, target),
        Value::Array(values) => array::array(values, value, ty, target),
        _ => Err(Refusal::NoMeaning),
    }
    .map_err(|refusal| refusal.error(value, ty))
}
