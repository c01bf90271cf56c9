//! Which value goes into which type, and how it is sent.
//!
//! The rule is PostgreSQL's own for assignments: what `INSERT` would take without a cast is taken, and becomes what it
//! would become. So an integer goes into `numeric`, `float8` or `text`, a date-time into `date`, but a truth value does
//! not go into `int4`. Where an assignment would round to an integer, the value is refused. Text goes into everything, as
//! a literal in quotes does: the server reads it.
//!
//! A statement that runs for the first time is sent without knowing its types, every value as such a literal. So nothing
//! is refused here that the server would take as a literal and that makes sense: what runs once runs again. That is why
//! 0 and 1 go into `bool`, and numbers into `json`.

mod array;
mod encoded;
mod refusal;
mod scalar;
mod temporal;
#[cfg(test)]
mod tests;

use sqlsession_core::{Result, Value};
use tokio_postgres::types::Type;

pub(super) use encoded::{Encoded, end_length};

use super::target::Target;
use refusal::Refusal;

/// The value as it is sent to a parameter of this type. Allocates nothing.
///
/// # Errors
/// `BadParameter` if the value has no meaning for the type, `OutOfRange` if it does not fit.
pub(super) fn encode<'a>(value: &'a Value, ty: &'a Type) -> Result<Encoded<'a>> {
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
