use postgres_types::Type;
use sqlsession_core::{
    Value,
    value::{Date, DateTime, OffsetDateTime, Time},
};

use crate::{target::Target, text::write_value};

/// The value with its texts read, for a column of this type; `None` if only the server can read one.
pub(super) fn read(value: &Value, ty: &Type) -> Option<Value> {
    match (value, Target::of(ty)) {
        (Value::Text(text), target) => read_text(text, target),
        (Value::Array(values), Target::Array { member, .. }) => values
            .iter()
            .map(|element| read(element, element_type(element, ty, member)))
            .collect::<Option<_>>()
            .map(Value::Array),
        (
            Value::Bool(_) | Value::I64(_) | Value::U64(_) | Value::F64(_) | Value::Decimal(_),
            Target::Jsonb | Target::Json,
        ) => {
            let mut text = String::new();
            write_value(value.as_ref(), &mut text).ok()?;
            Some(Value::Json(text))
        }
        (value, _) => Some(value.clone()),
    }
}

/// A list within a list is a dimension of the same array.
pub(super) fn element_type<'t>(element: &Value, array: &'t Type, member: &'t Type) -> &'t Type {
    if matches!(element, Value::Array(_)) { array } else { member }
}

fn read_text(text: &str, target: Target<'_>) -> Option<Value> {
    match target {
        Target::Bool => truth(text).map(Value::Bool),
        Target::Int2 | Target::Int4 | Target::Int8 | Target::Oid => text.trim().parse().ok().map(Value::I64),
        Target::Float4 | Target::Float8 => float(text.trim()).map(Value::F64),
        Target::Uuid => uuid(text).map(Value::Uuid),
        Target::Date => text.parse().ok().filter(|date: &Date| date.year() > 0).map(Value::Date),
        Target::Time => text.parse().ok().filter(|time| is_of_micros(*time)).map(Value::Time),
        Target::Timestamp => text.parse().ok().filter(|at| is_same(*at)).map(Value::DateTime),
        Target::TimestampTz => {
            text.parse().ok().filter(|at: &OffsetDateTime| is_same(at.local())).map(Value::OffsetDateTime)
        }
        Target::Json | Target::Jsonb => Some(Value::Json(text.to_owned())),
        _ => None,
    }
}

/// What is beyond a float the server refuses, which infinity and zero are not.
fn float(text: &str) -> Option<f64> {
    let number: f64 = text.parse().ok()?;
    let is_kept = match number {
        0.0 => !text.split(['e', 'E']).next()?.contains(|digit| matches!(digit, '1'..='9')),
        number => number.is_finite() || !text.contains(|sign: char| sign.is_ascii_digit()),
    };
    is_kept.then_some(number)
}

/// Whether the server takes the text for this time too: it has no year 0, and it rounds.
fn is_same(at: DateTime) -> bool {
    at.date().year() > 0 && is_of_micros(at.time())
}

fn is_of_micros(time: Time) -> bool {
    time.nanosecond().is_multiple_of(1_000)
}

fn truth(text: &str) -> Option<bool> {
    let is_one_of = |words: [&str; 5]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_one_of(["true", "t", "yes", "on", "1"]) {
        Some(true)
    } else if is_one_of(["false", "f", "no", "off", "0"]) {
        Some(false)
    } else {
        None
    }
}

/// The form with hyphens, or 32 digits.
fn uuid(text: &str) -> Option<[u8; 16]> {
    let mut number = 0_u128;
    let mut count = 0;
    for (index, letter) in text.chars().enumerate() {
        match letter {
            '-' if text.len() == 36 && matches!(index, 8 | 13 | 18 | 23) => {}
            letter => {
                number = (number << 4) | u128::from(letter.to_digit(16)?);
                count += 1;
            }
        }
    }
    (count == 32).then(|| number.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_read(text: &str, ty: &Type) -> bool {
        read(&Value::Text(text.to_owned()), ty).is_some()
    }

    #[test]
    fn texts_that_the_server_would_take_for_something_else_are_its_own() {
        for (text, ty) in [
            ("1e400", Type::FLOAT8),
            ("-1e400", Type::FLOAT4),
            ("1e-400", Type::FLOAT8),
            ("-0.001e-400", Type::FLOAT8),
            ("12:34:56.1234567", Type::TIME),
            ("2024-02-29 23:59:59.9999999", Type::TIMESTAMP),
            ("2024-02-29 23:59:59.9999999+00", Type::TIMESTAMPTZ),
            ("0000-01-01", Type::DATE),
            ("0000-01-01 00:00:00", Type::TIMESTAMP),
            ("0000-01-01 00:00:00Z", Type::TIMESTAMPTZ),
        ] {
            assert!(!is_read(text, &ty), "{text} as {ty}");
        }
        for (text, ty) in [
            ("1e300", Type::FLOAT8),
            ("0e-400", Type::FLOAT8),
            ("-0.00", Type::FLOAT8),
            ("5e-324", Type::FLOAT8),
            ("-Infinity", Type::FLOAT8),
            ("NaN", Type::FLOAT4),
            ("12:34:56.123456000", Type::TIME),
            ("0001-01-01 00:00:00.5", Type::TIMESTAMP),
        ] {
            assert!(is_read(text, &ty), "{text} as {ty}");
        }
    }
}
