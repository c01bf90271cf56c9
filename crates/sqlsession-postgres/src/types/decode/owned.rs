use sqlsession_core::Value;
use tokio_postgres::types::{Kind, Type};

use super::{Decoding, array, numeric};
use crate::types::text;

/// Types within types deeper than this are not followed, so that no message can exhaust the stack.
pub(super) const MAX_DEPTH: usize = 24;

/// A value that is neither a number nor borrowed from the row. Bytes that are malformed are the value.
pub(crate) fn owned(ty: &Type, raw: &[u8]) -> Value {
    at_depth(ty, raw, 0)
}

/// The value of an element of something.
pub(super) fn at_depth(ty: &Type, raw: &[u8], depth: usize) -> Value {
    if let Some(value) = Decoding::of(ty).borrowed(raw) {
        return value.to_value();
    }
    computed(ty, raw, depth).unwrap_or_else(|| Value::Bytes(raw.to_vec()))
}

fn computed(ty: &Type, raw: &[u8], depth: usize) -> Option<Value> {
    if depth > MAX_DEPTH {
        return None;
    }
    match ty.kind() {
        Kind::Domain(base) => return computed(base, raw, depth),
        Kind::Array(member) => return array::array(member, raw, depth),
        _ => {}
    }
    match *ty {
        Type::NUMERIC => numeric::numeric(raw).map(Value::Decimal),
        Type::ANYARRAY => array::array(&Type::UNKNOWN, raw, depth),
        _ => None,
    }
}
