use postgres_types::{Field, Type};

use super::{input::Input, text_form::text_form};
use crate::text::{Quoting, write_quoted};

/// A row within a row: `(1,"a b",)`. What is said of its fields is used where the bytes name the same type.
pub(super) fn composite(fields: &[Field], raw: &[u8], depth: usize, out: &mut String) -> Option<()> {
    let mut input = Input::new(raw);
    let count = input.count()?;
    let mut text = String::new();
    out.push('(');
    for index in 0..count {
        if index > 0 {
            out.push(',');
        }
        let oid = input.u32()?;
        let known = fields.get(index).map(Field::type_).filter(|ty| ty.oid() == oid).cloned();
        let ty = known.or_else(|| Type::from_oid(oid)).unwrap_or(Type::UNKNOWN);
        if let Some(raw) = input.value()? {
            text.clear();
            text_form(&ty, raw, depth, &mut text)?;
            write_quoted(&text, Quoting::Composite, out).ok()?;
        }
    }
    out.push(')');
    input.end()
}
