use std::fmt::{self, Write};

use bytes::{BufMut, BytesMut};
use postgres_types::Type;
use sqlsession_core::{ErrorKind, Result, Value};

use super::{Encoded, encode, refusal::Refusal};
use crate::{target::Target, text};

/// PostgreSQL's limit.
const MAX_DIMENSIONS: usize = 6;

/// A list whose nested lists all have the same length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ArrayOf<'a> {
    values: &'a [Value],
    member: &'a Type,
    /// The number of the first element.
    first: i32,
    shape: Shape,
}

/// The lengths of an array's dimensions; none for an empty array.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Shape {
    lengths: [i32; MAX_DIMENSIONS],
    dimensions: usize,
    has_null: bool,
}

/// The list as an array of these elements, in binary format if all of them have one.
pub(super) fn array<'a>(
    values: &'a [Value],
    value: &'a Value,
    ty: &'a Type,
    target: Target<'a>,
) -> Result<Encoded<'a>, Refusal> {
    let (member, first) = match target {
        Target::Array { member, first } => (member, first),
        // Elements of what the server is to infer are inferred too.
        Target::Undescribed => (ty, 1),
        Target::Text | Target::Parsed | Target::Foreign => (&Type::TEXT, 1),
        _ => return Err(Refusal::NoMeaning),
    };
    let mut shape = Shape::of(values)?;
    let lengths = shape.lengths;
    let mut is_binary = matches!(target, Target::Array { .. });
    let mut is_empty = true;
    each_leaf(values, &lengths[..shape.dimensions], &mut |leaf| {
        let encoded = encode(leaf, member).map_err(Refusal::Element)?;
        is_empty = false;
        is_binary &= encoded.is_binary();
        shape.has_null |= encoded.is_null();
        Ok(())
    })?;
    if is_empty {
        shape = Shape::default();
    }
    let array = ArrayOf { values, member, first, shape };
    Ok(match target {
        Target::Text => Encoded::Text(value),
        Target::Parsed | Target::Foreign => Encoded::Parsed(value),
        _ if is_binary => Encoded::Array(array),
        _ => Encoded::ParsedArray(array),
    })
}

impl Shape {
    /// The lengths of the first list, its first list, and so on.
    fn of(values: &[Value]) -> Result<Self, Refusal> {
        let mut shape = Self::default();
        let mut level = Some(values);
        while let Some(values) = level {
            let Some(length) = shape.lengths.get_mut(shape.dimensions) else {
                return Err(Refusal::Unheld(ErrorKind::BadParameter, "an array has at most 6 dimensions"));
            };
            *length = i32::try_from(values.len()).map_err(|_| Refusal::NoRoom)?;
            shape.dimensions += 1;
            level = match values.first() {
                Some(Value::Array(inner)) => Some(inner),
                _ => None,
            };
        }
        Ok(shape)
    }
}

/// Calls `seen` with each element, and refuses lists of other lengths than these.
fn each_leaf<'a>(
    values: &'a [Value],
    lengths: &[i32],
    seen: &mut impl FnMut(&'a Value) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    const RAGGED: Refusal =
        Refusal::Unheld(ErrorKind::BadParameter, "the lists within an array must be of the same length");
    let Some((length, inner_lengths)) = lengths.split_first() else { return Err(RAGGED) };
    if i32::try_from(values.len()) != Ok(*length) {
        return Err(RAGGED);
    }
    values.iter().try_for_each(|value| match value {
        Value::Array(inner) => each_leaf(inner, inner_lengths, seen),
        leaf if inner_lengths.is_empty() => seen(leaf),
        _ => Err(RAGGED),
    })
}

impl ArrayOf<'_> {
    pub(super) fn write_binary(&self, out: &mut BytesMut) -> Result<()> {
        let Self { values, member, first, shape } = self;
        let lengths = &shape.lengths[..shape.dimensions];
        out.put_i32(i32::try_from(lengths.len()).unwrap_or_default());
        out.put_i32(shape.has_null.into());
        out.put_u32(member.oid());
        for length in lengths {
            out.put_i32(*length);
            out.put_i32(*first);
        }
        write_members(values, member, out)
    }

    pub(crate) fn write_text(&self, out: &mut impl Write) -> fmt::Result {
        if self.shape.dimensions == 0 {
            return out.write_str("{}");
        }
        text::write_array(self.values, text::delimiter(self.member), out)
    }
}

fn write_members(values: &[Value], member: &Type, out: &mut BytesMut) -> Result<()> {
    for value in values {
        match value {
            Value::Array(inner) => write_members(inner, member, out)?,
            leaf => encode(leaf, member)?.write_with_length(out)?,
        }
    }
    Ok(())
}
