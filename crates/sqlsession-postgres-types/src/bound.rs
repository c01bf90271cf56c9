use std::error::Error as StdError;

use bytes::BytesMut;
use postgres_types::{Format, IsNull, ToSql, Type};
use sqlsession_core::Value;

use super::encode::encode;

/// A value as a parameter of whatever type the server names.
#[derive(Debug)]
pub struct Bound<'v>(pub &'v Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        let encoded = encode(self.0, ty)?;
        if encoded.is_null() {
            return Ok(IsNull::Yes);
        }
        encoded.write(out)?;
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        self.to_sql(ty, out)
    }

    fn encode_format(&self, ty: &Type) -> Format {
        // A value that cannot be encoded is refused by `to_sql`, whatever the format.
        encode(self.0, ty).map_or(Format::Text, |encoded| encoded.format())
    }
}
