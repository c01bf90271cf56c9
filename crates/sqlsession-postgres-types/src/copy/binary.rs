use bytes::{BufMut, BytesMut};
use postgres_types::Type;
use sqlsession_core::{Error, ErrorKind, Result, Value};

use super::{literal, numeric::write_numeric};
use crate::{
    encode::{encode, end_length},
    target::Target,
};

/// Whether values of this type can be written for a binary COPY.
pub fn takes_binary_copy(ty: &Type) -> bool {
    match Target::of(ty) {
        Target::Money
        | Target::Xid8
        | Target::TimeTz
        | Target::Interval
        | Target::Parsed
        | Target::Foreign
        | Target::Undescribed => false,
        // Elements are written as parameters are, and those of `numeric` are text.
        Target::Array { member, .. } => {
            !matches!(Target::of(member), Target::Numeric) && takes_binary_copy(member)
        }
        _ => true,
    }
}

/// Appends a field of a binary COPY into a column of this type: its length and its bytes.
///
/// Text is read here where it goes into a number, a date or a time, because a binary COPY has no text that the server
/// reads.
///
/// # Errors
/// Those of [`check`](crate::check); `Unsupported` if only the server could read the value's text.
pub fn write_copy_field(value: &Value, ty: &Type, out: &mut BytesMut) -> Result<()> {
    let encoded = encode(value, ty)?;
    if encoded.is_binary() {
        return encoded.write_with_length(out);
    }
    if matches!(Target::of(ty), Target::Numeric) {
        let start = out.len();
        out.put_i32(0);
        write_numeric(value, ty, out)?;
        return end_length(start, out);
    }
    if let Some(read) = literal::read(value, ty) {
        let encoded = encode(&read, ty)?;
        if encoded.is_binary() {
            return encoded.write_with_length(out);
        }
    }
    Err(not_copied(value, ty))
}

/// Only the server could convert it, and a COPY does not ask it to.
#[cold]
pub(super) fn not_copied(value: &Value, ty: &Type) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        format!("a value of type {} cannot be copied into a column of type {ty}", value.type_name()),
    )
}
