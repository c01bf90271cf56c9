use std::error::Error as StdError;

use postgres_types::{FromSql, Type};

/// The bytes of a column of any type; `None` for NULL.
#[derive(Debug, Clone, Copy)]
pub struct Raw<'r>(pub Option<&'r [u8]>);

impl<'r> FromSql<'r> for Raw<'r> {
    fn from_sql(_: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self(Some(raw)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
