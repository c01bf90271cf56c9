use postgres_types::Type;
use sqlsession_core::Value;

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
fn element_type<'t>(element: &Value, array: &'t Type, member: &'t Type) -> &'t Type {
    if matches!(element, Value::Array(_)) { array } else { member }
}

fn read_text(text: &str, target: Target<'_>) -> Option<Value> {
    match target {
        Target::Bool => truth(text).map(Value::Bool),
        Target::Int2 | Target::Int4 | Target::Int8 | Target::Oid => text.trim().parse().ok().map(Value::I64),
        Target::Float4 | Target::Float8 => text.trim().parse().ok().map(Value::F64),
        Target::Uuid => uuid(text).map(Value::Uuid),
        Target::Date => text.parse().ok().map(Value::Date),
        Target::Time => text.parse().ok().map(Value::Time),
        Target::Timestamp => text.parse().ok().map(Value::DateTime),
        Target::TimestampTz => text.parse().ok().map(Value::OffsetDateTime),
        Target::Json | Target::Jsonb => Some(Value::Json(text.to_owned())),
        _ => None,
    }
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
