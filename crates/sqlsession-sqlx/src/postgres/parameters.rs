use bytes::BytesMut;
use sqlsession_core::{Error, ErrorKind, Result, Value};
use sqlsession_postgres_types::{postgres_types::Type, write_as_text, write_copy_field};
use sqlx_core::{
    Either,
    encode::{Encode, IsNull},
    error::{BoxDynError, Error as SqlxError},
    statement::Statement as _,
    types::Type as SqlxType,
};
use sqlx_postgres::{PgArgumentBuffer, PgArguments, PgStatement, PgTypeInfo, Postgres, types::Oid};

use super::{error::from_sqlx, types::type_of, variant::Variant};

/// How many bytes say how long a field is.
const LENGTH: usize = 4;

/// A value as the bytes of a parameter.
struct Field {
    /// None for NULL.
    bytes: Option<BytesMut>,
    declared: u32,
}

impl Encode<'_, Postgres> for Field {
    fn encode_by_ref(&self, out: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let Some(bytes) = &self.bytes else { return Ok(IsNull::Yes) };
        out.extend_from_slice(bytes);
        Ok(IsNull::No)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        Some(PgTypeInfo::with_oid(Oid(self.declared)))
    }
}

impl SqlxType<Postgres> for Field {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(0))
    }
}

/// The types of a statement's parameters.
pub(super) fn types_of(statement: &PgStatement) -> Vec<Type> {
    match statement.parameters() {
        Some(Either::Left(infos)) => infos.iter().map(type_of).collect(),
        _ => Vec::new(),
    }
}

/// The values as the parameters of a statement.
pub(super) fn bind(values: &[Value], statement: &PgStatement, variant: &Variant) -> Result<PgArguments> {
    let types = types_of(statement);
    if types.len() != values.len() {
        return Err(Error::new(
            ErrorKind::BadParameter,
            format!("the statement has {} parameters and {} values were given", types.len(), values.len()),
        ));
    }
    let mut arguments = PgArguments::default();
    for (index, (value, ty)) in values.iter().zip(&types).enumerate() {
        let cast = variant.casts.get(index).and_then(Option::as_ref);
        let bytes = field(value, ty, cast).map_err(|error| numbered(index, &error))?;
        let declared = variant.declared.get(index).copied().unwrap_or_default();
        sqlx_core::arguments::Arguments::add(&mut arguments, Field { bytes, declared })
            .map_err(|error| from_sqlx(SqlxError::Encode(error)))?;
    }
    Ok(arguments)
}

fn field(value: &Value, ty: &Type, cast: Option<&Type>) -> Result<Option<BytesMut>> {
    let mut out = BytesMut::new();
    if let Some(cast) = cast {
        let null = write_as_text(value, cast, &mut out)?;
        return Ok((!null).then_some(out));
    }
    if value.is_null() {
        return Ok(None);
    }
    write_copy_field(value, ty, &mut out)?;
    Ok(Some(out.split_off(LENGTH)))
}

#[cold]
fn numbered(index: usize, error: &Error) -> Error {
    Error::new(error.kind(), format!("parameter {}: {}", index + 1, error.message()))
}
