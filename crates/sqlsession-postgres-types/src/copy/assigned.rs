use std::borrow::Cow;

use postgres_types::Type;
use sqlsession_core::{Result, Value};

use super::{
    binary::{not_copied, takes_binary_copy},
    literal::element_type,
    money::Money,
};
use crate::{
    decimal::Decimal,
    encode::{Encoded, encode},
    natural::declared,
    target::Target,
    text::{write_cast, write_f32, write_value},
};

/// The value as an assignment to a column of this type makes it, for which a text alone is read in its place: what a
/// number of another type, or a part of a date-time. Texts are left to the server.
///
/// # Errors
/// As of [`encode`]; `Unsupported` for what only the server could convert.
pub(super) fn assigned<'v>(value: &'v Value, ty: &Type, money: Option<Money>) -> Result<Cow<'v, Value>> {
    encode(value, ty)?;
    // Among others, floats are a literal's numbers: no cast has them before.
    let is_cast = matches!(declared(value), Type::FLOAT8 | Type::FLOAT8_ARRAY);
    any(value, ty, Rules { money, is_cast })
}

#[derive(Clone, Copy)]
struct Rules {
    money: Option<Money>,
    /// The server casts the floats.
    is_cast: bool,
}

fn any<'v>(value: &'v Value, ty: &Type, rules: Rules) -> Result<Cow<'v, Value>> {
    match (value, Target::of(ty)) {
        (Value::Array(elements), Target::Array { member, .. }) => elements
            .iter()
            .map(|element| any(element, element_type(element, ty, member), rules).map(Cow::into_owned))
            .collect::<Result<_>>()
            .map(|elements| Cow::Owned(Value::Array(elements))),
        (value, target) => one(value, ty, target, rules),
    }
}

fn one<'v>(value: &'v Value, ty: &Type, target: Target<'_>, rules: Rules) -> Result<Cow<'v, Value>> {
    let encoded = encode(value, ty)?;
    Ok(Cow::Owned(match (target, value, encoded) {
        (_, Value::Null | Value::Text(_), _) => return Ok(Cow::Borrowed(value)),
        (Target::Int2, _, Encoded::I16(number)) => Value::I64(number.into()),
        (Target::Int4, _, Encoded::I32(number)) => Value::I64(number.into()),
        (Target::Int8, _, Encoded::I64(number)) => Value::I64(number),
        (Target::Oid, _, Encoded::U32(number)) => Value::I64(number.into()),
        (Target::Float4, _, Encoded::F32(number)) => decimal(|text| write_f32(number, text)),
        (Target::Float8, _, Encoded::F64(number)) => Value::F64(number),
        (Target::Bool, _, Encoded::Bool(truth)) => Value::Bool(truth),
        (Target::Date, Value::DateTime(at), _) => Value::Date(at.date()),
        (Target::Time, Value::DateTime(at), _) => Value::Time(at.time()),
        // One byte, as the character that it is. It has no other text, nor has what nobody knows.
        (Target::Char, Value::Bytes(bytes), _) if *bytes == [0] => Value::Text(String::new()),
        (Target::Char, Value::Bytes(bytes), _) if bytes.is_ascii() => {
            Value::Text(bytes.iter().copied().map(char::from).collect())
        }
        (Target::Char | Target::Foreign, Value::Bytes(_), _) => return Err(not_copied(value, ty)),
        (Target::Numeric, Value::F64(number), _) if rules.is_cast => {
            decimal(|text| write_cast(*number, text))
        }
        (Target::Money, _, _) => amount(value, ty, rules.money)?,
        (Target::Numeric | Target::Json | Target::Jsonb, _, _) => return Ok(Cow::Borrowed(value)),
        (_, _, encoded) if encoded.is_binary() || !takes_binary_copy(ty) => return Ok(Cow::Borrowed(value)),
        _ => return Err(not_copied(value, ty)),
    }))
}

fn amount(value: &Value, ty: &Type, money: Option<Money>) -> Result<Value> {
    let Value::Decimal(text) = decimal(|text| match value {
        Value::F64(number) => write_cast(*number, text),
        value => write_value(value.as_ref(), text),
    }) else {
        return Err(not_copied(value, ty));
    };
    let (Some(money), Some(number)) = (money, Decimal::parse(&text)) else {
        return Err(not_copied(value, ty));
    };
    money.text(number, ty).map(Value::Text)
}

fn decimal(write: impl FnOnce(&mut String) -> std::fmt::Result) -> Value {
    let mut text = String::new();
    // A string refuses no text.
    let _: std::fmt::Result = write(&mut text);
    Value::Decimal(text)
}
