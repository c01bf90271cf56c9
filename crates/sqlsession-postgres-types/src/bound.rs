use std::error::Error as StdError;

use bytes::BytesMut;
use postgres_types::{Format, IsNull, ToSql, Type, to_sql_checked};
use sqlsession_core::Value;

use super::encode::{Encoded, encode};

/// A value that was looked at for the type of its parameter: each look at an array is one at all its elements.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'v>(pub(super) Encoded<'v>);

impl ToSql for Checked<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        write(&self.0, out)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();

    fn encode_format(&self, _: &Type) -> Format {
        self.0.format()
    }
}

fn write(encoded: &Encoded<'_>, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
    if encoded.is_null() {
        return Ok(IsNull::Yes);
    }
    encoded.write(out)?;
    Ok(IsNull::No)
}

/// A value as a parameter of whatever type the server names.
#[derive(Debug)]
pub struct Bound<'v>(pub &'v Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        write(&encode(self.0, ty)?, out)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();

    fn encode_format(&self, ty: &Type) -> Format {
        // A value that cannot be encoded is refused by `to_sql`, whatever the format.
        encode(self.0, ty).map_or(Format::Text, |encoded| encoded.format())
    }
}
