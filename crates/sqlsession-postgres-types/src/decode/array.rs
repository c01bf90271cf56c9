use std::fmt::Write;

use postgres_types::{Kind, Type};
use sqlsession_core::Value;

use super::{input::Input, owned::element, text_form::text_form};
use crate::text::{Quoting, delimiter, write_quoted};

/// PostgreSQL's limit.
const MAX_DIMENSIONS: usize = 6;

/// What an array of this type has as its elements; `None` if it is no array.
pub(super) fn member(ty: &Type) -> Option<&Type> {
    match (ty.kind(), ty) {
        (Kind::Array(member), _) => Some(member),
        // These count as pseudo-types.
        (_, &Type::RECORD_ARRAY) => Some(&Type::RECORD),
        (_, &Type::CSTRING_ARRAY) => Some(&Type::CSTRING),
        // The elements say what they are.
        (_, &Type::ANYARRAY) => Some(&Type::UNKNOWN),
        _ => None,
    }
}

/// What an array's bytes begin with.
#[derive(Debug)]
pub(super) struct Header {
    /// The type of the elements.
    pub(super) member: Type,
    /// The length and the number of the first element of each dimension; none for an empty array.
    pub(super) dimensions: Vec<(usize, i32)>,
}

impl Header {
    /// Reads it; the elements follow. `member` is what they should be.
    pub(super) fn read(member: &Type, input: &mut Input<'_>) -> Option<Self> {
        let count = input.count().filter(|count| *count <= MAX_DIMENSIONS)?;
        // Whether there are NULLs, which the elements say too.
        input.i32()?;
        let oid = input.u32()?;
        let member =
            if oid == member.oid() { member.clone() } else { Type::from_oid(oid).unwrap_or(Type::UNKNOWN) };
        let mut dimensions = Vec::with_capacity(count);
        for _ in 0..count {
            dimensions.push((input.count()?, input.i32()?));
        }
        // Each element takes at least the four bytes of its length.
        let elements =
            dimensions.iter().try_fold(1_usize, |product, (length, _)| product.checked_mul(*length))?;
        if !dimensions.is_empty() && elements.checked_mul(size_of::<i32>())? > input.remaining() {
            return None;
        }
        if elements == 0 {
            dimensions.clear();
        }
        Some(Self { member, dimensions })
    }
}

/// Nested lists are dimensions. Where an index does not begin at 1 is not kept.
pub(super) fn array(member: &Type, raw: &[u8], depth: usize) -> Option<Value> {
    let mut input = Input::new(raw);
    let header = Header::read(member, &mut input)?;
    let value = match &header.dimensions[..] {
        [] => Value::Array(Vec::new()),
        dimensions => dimension(&header.member, dimensions, &mut input, depth + 1)?,
    };
    input.end()?;
    Some(value)
}

fn dimension(
    member: &Type,
    dimensions: &[(usize, i32)],
    input: &mut Input<'_>,
    depth: usize,
) -> Option<Value> {
    let Some(((length, _), inner)) = dimensions.split_first() else {
        return Some(input.value()?.map_or(Value::Null, |raw| element(member, raw, depth)));
    };
    let mut values = Vec::with_capacity(*length);
    for _ in 0..*length {
        values.push(dimension(member, inner, input, depth)?);
    }
    Some(Value::Array(values))
}

/// As the server writes it: `[0:1]={a,NULL}` where indexes do not begin at 1. A vector is words with spaces.
pub(super) fn text(ty: &Type, member: &Type, raw: &[u8], depth: usize, out: &mut String) -> Option<()> {
    let mut input = Input::new(raw);
    let header = Header::read(member, &mut input)?;
    let is_vector = matches!(*ty, Type::INT2_VECTOR | Type::OID_VECTOR);
    if header.dimensions.is_empty() {
        out.push_str(if is_vector { "" } else { "{}" });
        return input.end();
    }
    if !is_vector && header.dimensions.iter().any(|(_, first)| *first != 1) {
        for (length, first) in &header.dimensions {
            let last = i64::from(*first) + i64::try_from(*length).ok()? - 1;
            write!(out, "[{first}:{last}]").ok()?;
        }
        out.push('=');
    }
    let brackets = if is_vector { None } else { Some(delimiter(&header.member)) };
    let mut elements = Elements { member: &header.member, brackets, depth, scratch: String::new() };
    elements.write(&header.dimensions, &mut input, out)?;
    input.end()
}

struct Elements<'t> {
    member: &'t Type,
    /// What stands between elements in brackets; `None` for elements without brackets.
    brackets: Option<char>,
    depth: usize,
    scratch: String,
}

impl Elements<'_> {
    fn write(&mut self, dimensions: &[(usize, i32)], input: &mut Input<'_>, out: &mut String) -> Option<()> {
        let Some(((length, _), inner)) = dimensions.split_first() else { return self.write_one(input, out) };
        out.extend(self.brackets.map(|_| '{'));
        for index in 0..*length {
            if index > 0 {
                out.push(self.brackets.unwrap_or(' '));
            }
            self.write(inner, input, out)?;
        }
        out.extend(self.brackets.map(|_| '}'));
        Some(())
    }

    fn write_one(&mut self, input: &mut Input<'_>, out: &mut String) -> Option<()> {
        let Some(raw) = input.value()? else {
            out.push_str("NULL");
            return Some(());
        };
        self.scratch.clear();
        text_form(self.member, raw, self.depth, &mut self.scratch)?;
        let delimiter = self.brackets.unwrap_or(' ');
        write_quoted(&self.scratch, Quoting::Array { delimiter }, out).ok()
    }
}
