use postgres_types::{Kind, Type};
use sqlsession_core::Value;

use super::{Decoding, array, numeric, text_form::text_form};

/// Types within types deeper than this are not followed, so that no message can exhaust the stack.
pub(super) const MAX_DEPTH: usize = 24;

/// A value that is neither a number nor borrowed from the row. Bytes that are malformed are the value.
pub fn owned(ty: &Type, raw: &[u8]) -> Value {
    computed(ty, raw, 0).unwrap_or_else(|| Value::Bytes(raw.to_vec()))
}

/// The value of an element of something.
pub(super) fn element(ty: &Type, raw: &[u8], depth: usize) -> Value {
    match Decoding::of(ty).borrowed(raw) {
        Some(value) => value.to_value(),
        None => computed(ty, raw, depth).unwrap_or_else(|| Value::Bytes(raw.to_vec())),
    }
}

fn computed(ty: &Type, raw: &[u8], depth: usize) -> Option<Value> {
    if depth > MAX_DEPTH {
        return None;
    }
    if let Some(member) = array::member(ty) {
        return array::array(member, raw, depth);
    }
    match (ty.kind(), ty) {
        (Kind::Domain(base), _) => computed(base, raw, depth),
        (_, &Type::NUMERIC) => numeric::numeric(raw).map(Value::Decimal),
        _ => {
            let mut text = String::new();
            text_form(ty, raw, depth, &mut text).map(|()| Value::Text(text))
        }
    }
}
