use bytes::{BufMut, BytesMut};
use postgres_types::Format;
use sqlsession_core::{Error, ErrorKind, Result, Value};

use super::array::ArrayOf;
use crate::text;

/// A value on its way into a parameter: in binary format, but for the last two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Encoded<'a> {
    Null,
    Bool(bool),
    I16(i16),
    I32(i32),
    I64(i64),
    U32(u32),
    F32(f32),
    F64(f64),
    Bytes(&'a [u8]),
    /// JSON behind the number of its binary form.
    Jsonb(&'a str),
    Array(ArrayOf<'a>),
    /// Text for a type of text, whose binary format is the text.
    Text(&'a Value),
    /// Text that the server reads.
    Parsed(&'a Value),
    /// The text of an array.
    ParsedArray(ArrayOf<'a>),
}

/// The only one there is.
const JSONB_VERSION: u8 = 1;

impl Encoded<'_> {
    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    pub(crate) fn is_binary(&self) -> bool {
        !matches!(self, Self::Parsed(_) | Self::ParsedArray(_))
    }

    pub(crate) fn format(&self) -> Format {
        if self.is_binary() { Format::Binary } else { Format::Text }
    }

    /// Appends the bytes, in the format that [`format`](Self::format) says. NULL has none.
    pub(crate) fn write(&self, out: &mut BytesMut) -> Result<()> {
        match self {
            Self::Null => {}
            Self::Bool(truth) => out.put_u8((*truth).into()),
            Self::I16(number) => out.put_i16(*number),
            Self::I32(number) => out.put_i32(*number),
            Self::I64(number) => out.put_i64(*number),
            Self::U32(number) => out.put_u32(*number),
            Self::F32(number) => out.put_f32(*number),
            Self::F64(number) => out.put_f64(*number),
            Self::Bytes(bytes) => out.put_slice(bytes),
            Self::Jsonb(json) => {
                out.put_u8(JSONB_VERSION);
                out.put_slice(json.as_bytes());
            }
            Self::Array(array) => array.write_binary(out)?,
            Self::Text(value) | Self::Parsed(value) => {
                text::write_value(value.as_ref(), out).map_err(|_| unwritable())?;
            }
            Self::ParsedArray(array) => array.write_text(out).map_err(|_| unwritable())?,
        }
        Ok(())
    }

    /// Appends the length and the bytes; NULL is a length of -1.
    pub(crate) fn write_with_length(&self, out: &mut BytesMut) -> Result<()> {
        match self {
            Self::Null => out.put_i32(-1),
            Self::I32(number) => put_behind_length(number.to_be_bytes(), out),
            Self::I64(number) => put_behind_length(number.to_be_bytes(), out),
            Self::F64(number) => put_behind_length(number.to_be_bytes(), out),
            Self::Bytes(bytes) => {
                out.reserve(size_of::<i32>() + bytes.len());
                out.put_i32(length(bytes.len())?);
                out.put_slice(bytes);
            }
            _ => {
                let start = out.len();
                out.put_i32(0);
                self.write(out)?;
                end_length(start, out)?;
            }
        }
        Ok(())
    }
}

/// Appends so few bytes that they and their length are one write.
fn put_behind_length<const N: usize>(bytes: [u8; N], out: &mut BytesMut) {
    let mut both = [0; 12];
    both[..4].copy_from_slice(&(N as i32).to_be_bytes());
    both[4..4 + N].copy_from_slice(&bytes);
    out.put_slice(&both[..4 + N]);
}

fn length(bytes: usize) -> Result<i32> {
    i32::try_from(bytes)
        .map_err(|_| Error::new(ErrorKind::OutOfRange, "a value of PostgreSQL has less than a gibibyte"))
}

/// Puts the number of bytes that follow the four at `start` there.
pub(crate) fn end_length(start: usize, out: &mut BytesMut) -> Result<()> {
    let length = length(out.len() - start - size_of::<i32>())?;
    out[start..start + size_of::<i32>()].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

/// A buffer refuses text only when it is full.
#[cold]
fn unwritable() -> Error {
    Error::new(ErrorKind::OutOfRange, "the value is too long to be sent")
}
